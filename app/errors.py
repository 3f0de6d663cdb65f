"""The few kinds of error that services raise; each carries its HTTP status. Knows nothing of HTTP frameworks."""

from typing import Any, ClassVar


class AppError(Exception):
    """A refusal that a user can act on. `detail` is a whole sentence; `errors` names fields or lines."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str,
        *,
        errors: list[dict[str, Any]] | None = None,
        code: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.code = code
        self.retry_after = retry_after
        """Seconds after which asking again makes sense; goes out as Retry-After."""


class Unauthenticated(AppError):  # noqa: N818 - these read as the HTTP conditions they stand for
    status = 401
    title = "Not signed in"


class Forbidden(AppError):  # noqa: N818
    status = 403
    title = "Not allowed"


class NotFound(AppError):  # noqa: N818
    status = 404
    title = "Not found"


class Conflict(AppError):  # noqa: N818
    status = 409
    title = "Conflict"


class TooLarge(AppError):  # noqa: N818
    status = 413
    title = "Too large"


class Invalid(AppError):  # noqa: N818
    status = 422
    title = "Invalid input"


class TooMany(AppError):  # noqa: N818
    status = 429
    title = "Too many requests"


class Unavailable(AppError):  # noqa: N818
    status = 503
    title = "Not available now"
