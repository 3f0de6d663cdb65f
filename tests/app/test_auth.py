"""Signing in, sessions, CSRF, one-time links, API keys, and what each role may do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.db import transaction
from app.errors import Unauthenticated
from app.models import ApiKey, AuditEvent, LabelTally, LoginLink, LoginSession, Role, Scope, User
from app.schemas import PasswordChange
from app.services import users
from app.services.audit import SYSTEM
from app.services.tallies import AUTHOR_NUMBERS
from app.services.throttle import TRIES, count_try
from app.settings import Settings
from tests import factories
from tests.app.conftest import PASSWORD, Factory, assert_problem

LOGIN = "/api/v1/auth/login"


def test_login_when_password_is_right_sets_a_strict_cookie(sign_in: Factory, anonymous: TestClient) -> None:
    sign_in("ada", Role.ADMIN)
    answer = anonymous.post(LOGIN, json={"username": "ada", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert answer.json()["user"]["role"] == "admin"
    assert anonymous.get("/api/v1/auth/session").json() == answer.json()


def test_login_stores_no_password_and_no_token_in_clear(admin: TestClient) -> None:
    with transaction() as session:
        hashed = session.scalars(select(User.password_hash)).one()
        token = session.scalars(select(LoginSession.token_hash)).one()
    assert hashed is not None
    assert hashed.startswith("$argon2id$")
    assert token != admin.cookies["tiebreak_session"]
    assert len(token) == 64


@pytest.mark.parametrize(("username", "password"), [("ada", "wrong"), ("nobody", PASSWORD)])
def test_login_when_wrong_says_the_same_for_every_reason(
    admin: TestClient, anonymous: TestClient, username: str, password: str
) -> None:
    answer = anonymous.post(LOGIN, json={"username": username, "password": password})
    assert_problem(answer, 401, "The user name or the password is wrong.")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers


def test_login_when_inactive_is_refused_and_ends_sessions(admin: TestClient, annotator: TestClient) -> None:
    person = annotator.get("/api/v1/auth/session").json()["user"]["id"]
    assert admin.patch(f"/api/v1/users/{person}", json={"is_active": False}).status_code == 200
    assert_problem(annotator.get("/api/v1/auth/session"), 401, "session has ended")
    answer = annotator.post(LOGIN, json={"username": "ann", "password": PASSWORD})
    assert_problem(answer, 401, "wrong")


def test_login_after_many_failures_is_throttled_for_that_name_only(admin: TestClient, anonymous: TestClient) -> None:
    for _ in range(TRIES - 1):
        count_try("eve", "testclient")
    assert anonymous.post(LOGIN, json={"username": "eve", "password": "x"}).status_code == 401
    answer = anonymous.post(LOGIN, json={"username": "eve", "password": "x"})
    assert_problem(answer, 429, "Too many wrong passwords")
    assert 0 < int(answer.headers["retry-after"]) <= 300
    assert anonymous.post(LOGIN, json={"username": "ada", "password": PASSWORD}).status_code == 200


def test_session_when_expired_is_refused(annotator: TestClient) -> None:
    with transaction() as session:
        session.execute(update(LoginSession).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert_problem(annotator.get("/api/v1/auth/session"), 401, "session has ended")


def test_logout_ends_the_session(annotator: TestClient) -> None:
    cookie = annotator.cookies["tiebreak_session"]
    assert annotator.post("/api/v1/auth/logout").status_code == 204
    annotator.cookies.set("tiebreak_session", cookie)
    assert_problem(annotator.get("/api/v1/auth/session"), 401, "session has ended")


@pytest.mark.parametrize("token", [None, "", "wrong", "ä".encode("latin-1")])
def test_write_with_cookie_needs_the_csrf_token(admin: TestClient, token: Any) -> None:
    del admin.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}
    answer = admin.post("/api/v1/users", json={"username": "eve"}, headers=headers)
    assert assert_problem(answer, 403, "X-CSRF-Token")["code"] == "csrf"
    assert admin.get("/api/v1/users").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/auth/session", "/api/v1/users", "/api/v1/projects"])
def test_request_without_credentials_is_401(anonymous: TestClient, path: str) -> None:
    answer = anonymous.get(path)
    assert_problem(answer, 401, "API key")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("header", "message"), [("Basic YTpi", "Bearer"), ("Bearer ", "Bearer"), ("Bearer tb_x_y", "not known")]
)
def test_wrong_authorization_header_is_401(anonymous: TestClient, header: str, message: str) -> None:
    assert_problem(anonymous.get("/api/v1/users", headers={"Authorization": header}), 401, message)


@pytest.mark.parametrize("field", ["expires_at", "revoked_at"])
def test_key_when_expired_or_revoked_is_401(with_key: Factory, field: str) -> None:
    client = with_key(Scope.ADMIN)
    assert client.get("/api/v1/users").status_code == 200
    with transaction() as session:
        session.execute(update(ApiKey).values({field: datetime.now(UTC) - timedelta(seconds=1)}))
    assert_problem(client.get("/api/v1/users"), 401, "expired" if field == "expires_at" else "revoked")


def test_key_is_shown_once_stored_hashed_and_revoked_with_audit(admin: TestClient, anonymous: TestClient) -> None:
    created = admin.post("/api/v1/api-keys", json={"name": "bot", "scope": "admin"}).json()
    headers = {"Authorization": f"Bearer {created['key']}"}
    assert created["key"].startswith(f"tb_{created['prefix']}_")
    listed = anonymous.get("/api/v1/api-keys", headers=headers).json()["items"]
    assert [item["name"] for item in listed] == ["bot"]
    assert "key" not in listed[0]
    assert admin.delete(f"/api/v1/api-keys/{created['id']}").status_code == 204
    assert_problem(anonymous.get("/api/v1/api-keys", headers=headers), 401, "revoked")
    with transaction() as session:
        assert created["key"] not in session.scalars(select(ApiKey.key_hash)).one()
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions[-2:] == ["key.create", "key.revoke"]


def test_key_notes_its_use_once_a_minute(with_key: Factory) -> None:
    client = with_key(Scope.ADMIN)
    client.get("/api/v1/users")
    with transaction() as session:
        first = session.scalars(select(ApiKey.last_used_at)).one()
    client.get("/api/v1/users")
    with transaction() as session:
        assert session.scalars(select(ApiKey.last_used_at)).one() == first
        session.execute(update(ApiKey).values(last_used_at=datetime.now(UTC) - timedelta(minutes=2)))
    client.get("/api/v1/users")
    with transaction() as session:
        later = session.scalars(select(ApiKey.last_used_at)).one()
    assert first is not None
    assert later is not None
    assert later > first


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("annotator", "GET", "/api/v1/users", 403),
        ("annotator", "GET", "/api/v1/projects", 403),
        ("annotator", "POST", "/api/v1/projects", 403),
        ("judge", "GET", "/api/v1/projects", 403),
        ("read", "GET", "/api/v1/projects", 200),
        ("read", "POST", "/api/v1/projects", 403),
        ("read", "GET", "/api/v1/users", 403),
        ("admin", "GET", "/api/v1/projects", 200),
        ("admin", "GET", "/api/v1/users", 200),
    ],
)
def test_roles(
    annotator: TestClient, with_key: Callable[[Scope], TestClient], who: str, method: str, path: str, status: int
) -> None:
    client = annotator if who == "annotator" else with_key(Scope(who))
    body = {"name": "x", "model": "a/b"} if method == "POST" else None
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    if status == 403:
        assert_problem(answer, 403, "This needs an admin")


def test_login_link_signs_in_once_even_when_used_twice_at_once(
    admin: TestClient, open_client: Callable[[], TestClient]
) -> None:
    created = admin.post("/api/v1/users", json={"username": "bea"}).json()
    token = created["login_link"].removeprefix("/login?token=")
    clients = [open_client() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: client.post("/api/v1/auth/link", json={"token": token}), clients))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    refused = next(answer for answer in answers if answer.status_code == 401)
    assert_problem(refused, 401, "used already or has expired")


def test_login_link_when_expired_is_refused(admin: TestClient, anonymous: TestClient) -> None:
    person = admin.post("/api/v1/users", json={"username": "bea", "password": PASSWORD}).json()
    link = admin.post(f"/api/v1/users/{person['id']}/login-link").json()["login_link"]
    with transaction() as session:
        session.execute(update(LoginLink).values(expires_at=datetime.now(UTC)))
    answer = anonymous.post("/api/v1/auth/link", json={"token": link.removeprefix("/login?token=")})
    assert_problem(answer, 401, "expired")


@pytest.mark.parametrize("name", ["ada", "Ada", "ADA "])
def test_user_with_a_name_taken_in_any_case_is_409(admin: TestClient, name: str) -> None:
    assert assert_problem(admin.post("/api/v1/users", json={"username": name}), 409, "'ada'")["code"] == "name_taken"


def test_users_of_one_name_made_at_once_are_one(admin: TestClient) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda name: admin.post("/api/v1/users", json={"username": name}), ["bea", "Bea"] * 2))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


def test_last_admin_cannot_leave(admin: TestClient) -> None:
    me = admin.get("/api/v1/auth/session").json()["user"]["id"]
    for change in ({"role": "annotator"}, {"is_active": False}):
        answer = admin.patch(f"/api/v1/users/{me}", json=change)
        assert assert_problem(answer, 409, "last active admin")["code"] == "last_admin"
    assert admin.get("/api/v1/users").status_code == 200


def test_new_password_ends_old_sessions(admin: TestClient, annotator: TestClient) -> None:
    person = annotator.get("/api/v1/auth/session").json()["user"]["id"]
    assert admin.patch(f"/api/v1/users/{person}", json={"password": "another password"}).status_code == 200
    assert_problem(annotator.get("/api/v1/auth/session"), 401)
    assert annotator.post(LOGIN, json={"username": "ann", "password": "another password"}).status_code == 200


PASSWORD_PATH = "/api/v1/auth/password"
NEW = "a longer new password"


def test_person_who_came_by_a_link_sets_a_password_and_signs_in_elsewhere(
    admin: TestClient, open_client: Callable[[], TestClient]
) -> None:
    laptop, phone = open_client(), open_client()
    by_link = _follow(laptop, admin.post("/api/v1/users", json={"username": "bea"}).json())
    assert (by_link["has_password"], by_link["needs_current_password"]) == (False, False)
    answer = laptop.put(PASSWORD_PATH, json={"password": NEW})
    assert (answer.json()["has_password"], answer.json()["needs_current_password"]) == (True, True)
    assert phone.post(LOGIN, json={"username": "bea", "password": NEW}).status_code == 200
    assert laptop.get("/api/v1/auth/session").json() == answer.json()
    with transaction() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "user.password")).one()
        assert event.user_id == event.subject_id
        assert event.details == {"username": "bea", "password": "set"}


def test_of_two_changes_at_once_the_later_session_has_ended(
    annotator: TestClient, open_client: Callable[[], TestClient]
) -> None:
    assert open_client().post(LOGIN, json={"username": "ann", "password": PASSWORD}).status_code == 200
    of_ann = select(LoginSession).join(User).where(User.username == "ann").options(joinedload(LoginSession.user))
    with transaction() as late:
        (login, other) = late.scalars(of_ann).all()
        with transaction() as early:
            same = early.scalars(of_ann.where(LoginSession.token_hash == login.token_hash)).one()
            request = PasswordChange(password=NEW, current_password=PASSWORD)
            users.set_own_password(early, same, request, actor=SYSTEM)
        again = PasswordChange(password=NEW + "!", current_password=NEW)
        with pytest.raises(Unauthenticated, match="session has ended"):
            users.set_own_password(late, other, again, actor=SYSTEM)


def test_password_changes_with_the_current_one_only_and_ends_other_sessions_and_links(
    admin: TestClient, annotator: TestClient, open_client: Callable[[], TestClient]
) -> None:
    person = annotator.get("/api/v1/auth/session").json()["user"]["id"]
    link = admin.post(f"/api/v1/users/{person}/login-link").json()
    elsewhere = open_client()
    assert elsewhere.post(LOGIN, json={"username": "ann", "password": PASSWORD}).status_code == 200

    problem = assert_problem(annotator.put(PASSWORD_PATH, json={"password": NEW}), 422, "Give the current password")
    assert problem["errors"][0]["field"] == "current_password"
    wrong = annotator.put(PASSWORD_PATH, json={"password": NEW, "current_password": "wrong"})
    assert_problem(wrong, 422, "The current password is wrong")
    short = annotator.put(PASSWORD_PATH, json={"password": "short", "current_password": PASSWORD})
    assert_problem(short, 422, "at least 10")
    assert elsewhere.get("/api/v1/auth/session").status_code == 200

    right = annotator.put(PASSWORD_PATH, json={"password": NEW, "current_password": PASSWORD})
    assert right.status_code == 200
    assert annotator.get("/api/v1/auth/session").status_code == 200
    assert_problem(elsewhere.get("/api/v1/auth/session"), 401, "session has ended")
    token = link["login_link"].removeprefix("/login?token=")
    assert_problem(open_client().post("/api/v1/auth/link", json={"token": token}), 401, "used already")
    assert_problem(elsewhere.post(LOGIN, json={"username": "ann", "password": PASSWORD}), 401)


def test_forgotten_password_is_replaced_right_after_a_link_and_not_later(
    admin: TestClient, annotator: TestClient, open_client: Callable[[], TestClient]
) -> None:
    person = annotator.get("/api/v1/auth/session").json()["user"]["id"]
    path = f"/api/v1/users/{person}/login-link"
    late, soon = open_client(), open_client()
    _follow(late, admin.post(path).json())
    with transaction() as session:
        session.execute(update(LoginSession).values(may_set_password_until=datetime.now(UTC)))
    assert late.get("/api/v1/auth/session").json()["needs_current_password"]
    assert_problem(late.put(PASSWORD_PATH, json={"password": NEW}), 422, "current password")
    assert not _follow(soon, admin.post(path).json())["needs_current_password"]
    assert_problem(annotator.put(PASSWORD_PATH, json={"password": NEW}), 422, "current password")
    assert soon.put(PASSWORD_PATH, json={"password": NEW}).status_code == 200
    assert_problem(soon.put(PASSWORD_PATH, json={"password": PASSWORD}), 422, "current password")


def test_guessing_the_current_password_is_throttled_as_signing_in_is(annotator: TestClient) -> None:
    for _ in range(TRIES):
        count_try("ann", "testclient")
    answer = annotator.put(PASSWORD_PATH, json={"password": NEW, "current_password": PASSWORD})
    assert_problem(answer, 429, "Too many wrong passwords")


def test_key_has_no_password(with_key: Factory) -> None:
    assert_problem(with_key(Scope.ADMIN).put(PASSWORD_PATH, json={"password": NEW}), 403, "has no password")


def _follow(client: TestClient, created: dict[str, Any]) -> dict[str, Any]:
    """Sign in by the link of a new or changed person."""
    token = created["login_link"].removeprefix("/login?token=")
    answer: dict[str, Any] = client.post("/api/v1/auth/link", json={"token": token}).json()
    client.headers["X-CSRF-Token"] = answer["csrf_token"]
    return answer


def test_users_page_by_cursor(admin: TestClient) -> None:
    for place in range(5):
        admin.post("/api/v1/users", json={"username": f"person {place}"})
    seen, cursor = [], None
    for _ in range(3):
        page = admin.get("/api/v1/users", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [item["username"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["ada", *(f"person {place}" for place in range(5))]
    assert cursor is None


def test_people_when_narrowed_and_sorted_come_page_by_page(admin: TestClient) -> None:
    with transaction() as session:
        now = datetime.now(UTC)
        people = [User(username=name, role=Role.ANNOTATOR) for name in ("ann", "Bea", "cleo")]
        session.add_all(people)
        session.flush()
        people[0].is_paused, people[0].last_seen_at = True, now - timedelta(hours=1)
        people[1].is_active = False
        project = factories.make_project(session)
        for person, labels in ((people[1], 3), (people[2], 2)):
            numbers = dict.fromkeys(AUTHOR_NUMBERS, 0) | {"counted": labels}
            session.add(LabelTally(author_id=person.id, project_id=project.id, day=now.date(), **numbers))

    assert _names(admin, sort="newest") == ["cleo", "Bea", "ann", "ada"]
    assert _names(admin, sort="name") == ["ada", "ann", "Bea", "cleo"]
    assert _names(admin, sort="name_reversed") == ["cleo", "Bea", "ann", "ada"]
    assert _names(admin, sort="most_labels") == ["Bea", "cleo", "ann", "ada"]
    assert _names(admin, sort="fewest_labels") == ["ada", "ann", "cleo", "Bea"]
    assert _names(admin, sort="last_seen") == ["ada", "ann", "cleo", "Bea"]
    assert _names(admin, sort="longest_unseen") == ["Bea", "cleo", "ann", "ada"]
    assert _names(admin, search="A", sort="name") == ["ada", "ann", "Bea"]
    assert _names(admin, search="_") == []
    assert _names(admin, role="admin") == ["ada"]
    assert _names(admin, state="active") == ["ada", "cleo"]
    assert _names(admin, state="paused") == ["ann"]
    assert _names(admin, state="shut_out") == ["Bea"]


def _names(admin: TestClient, **wanted: str) -> list[str]:
    """User names of the list, read in pages of two."""
    names: list[str] = []
    cursor: str | None = None
    while True:
        page = admin.get(
            "/api/v1/users", params=wanted | {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        ).json()
        names += [person["username"] for person in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return names


def test_person_who_has_a_page_open_is_seen(admin: TestClient, annotator: TestClient) -> None:
    with transaction() as session:
        session.execute(update(User).values(last_seen_at=datetime.now(UTC) - timedelta(days=2)))
    annotator.get("/api/v1/auth/session")
    people = {one["username"]: one for one in admin.get("/api/v1/users").json()["items"]}
    seen = datetime.fromisoformat(people["ann"]["last_seen_at"])
    assert datetime.now(UTC) - seen < timedelta(minutes=1)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=x"])
def test_page_with_a_wrong_parameter_is_422(admin: TestClient, query: str) -> None:
    problem = assert_problem(admin.get(f"/api/v1/users?{query}"), 422)
    assert problem["errors"][0]["field"] == query.split("=")[0]


def test_an_https_address_makes_cookies_secure() -> None:
    assert Settings(base_url="https://tiebreak.example").is_https
    assert Settings(secure_cookies=True).is_https
    assert not Settings(base_url="http://localhost:8000").is_https
