// A stand-in for the service at the network boundary: answers by method and path, and remembers what was asked.
import { vi } from "vitest";

import type { Claim, Label, Session, Task } from "@/api/types";

type Answer = object | Response | null;
type Handler = (body: never, request: Request) => Answer | Promise<Answer>;
export type Asked = { method: string; path: string; query: URLSearchParams; body: unknown; headers: Headers };

let people = 0;

/** Answer `"POST /api/v1/..."` by handlers; `:id` stands for one segment. What has no handler is a 404. */
export function serve(handlers: Record<string, Handler>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, searchParams: query } = new URL(request.url);
    const text = await request.text();
    const body: unknown = request.headers.get("Content-Type") === "application/json" && text ? JSON.parse(text) : text;
    asked.push({ method: request.method, path: pathname, query, body, headers: request.headers });
    const found = Object.entries(handlers).find(([route]) => matches(route, request.method, pathname));
    const answer = found ? await found[1](body as never, request) : problem(404, `Nothing at ${pathname}.`);
    return answer instanceof Response ? answer : json(answer);
  });
  return asked;
}

export function problem(status: number, detail: string, more: object = {}): Response {
  return json({ type: "about:blank", title: "Refused", status, detail, errors: [], ...more }, status);
}

export function json(body: unknown, status = 200): Response {
  const text = body === null ? null : JSON.stringify(body);
  return new Response(text, { status: body === null ? 204 : status, headers: { "Content-Type": "application/json" } });
}

function matches(route: string, method: string, path: string): boolean {
  const pattern = route.replace(/:[a-z]+/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(`${method} ${path}`);
}

/** A new person each time: what the pages keep, they keep by person. */
export function session(role: "admin" | "annotator" = "annotator"): Session {
  people += 1;
  const user = {
    id: `user-${people}`,
    username: "ada",
    role,
    is_active: true,
    is_paused: false,
    last_seen_at: null,
    created_at: "2026-01-01T00:00:00Z",
  };
  return { user, csrf_token: "csrf-1", has_password: true, needs_current_password: true };
}

export function task(number: number): Task {
  return {
    lease: `lease-${number}`,
    pair_id: `pair-${number}`,
    prompt: `Prompt number ${number}`,
    left: `Left answer ${number}`,
    right: `Right answer ${number}`,
    expires_at: "2030-01-01T00:00:00Z",
  };
}

export function claimOf(tasks: Task[], more: Partial<Claim> = {}): Claim {
  const state = tasks.length > 0 ? "ready" : "done";
  return { tasks, state, held_by_others: 0, retry_after: null, guideline_version: 1, ...more };
}

export function label(id: string): Label {
  return {
    id,
    pair_id: "pair",
    verdict: "tie",
    winner: null,
    strength: null,
    skip_reason: null,
    comment: null,
    disposition: "counted",
    supersedes_id: null,
    created_at: "2026-01-01T00:00:00Z",
  };
}
