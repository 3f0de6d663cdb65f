// What the service answers when it refuses, as an error that pages can show. Knows nothing of pages.
import type { Problem } from "./types";

export class ApiError extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly errors: NonNullable<Problem["errors"]>;
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code ?? null;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of an answer, or ApiError when the service refused. A network failure stays the TypeError of fetch. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw new ApiError(asProblem(error, response), seconds(response.headers.get("Retry-After")));
}

function asProblem(error: unknown, response: Response): Problem {
  const isProblem =
    typeof error === "object" && error !== null && "detail" in error && typeof error.detail === "string";
  if (isProblem) return { ...(error as Problem), status: response.status };
  const title = response.statusText || "Unexpected answer";
  return { title, status: response.status, detail: `The service answered ${response.status} (${title}).` };
}

function seconds(header: string | null): number | null {
  const value = Number(header);
  return header !== null && Number.isFinite(value) ? value : null;
}
