// The typed client of the service: adds the CSRF token to writes and notices a lost session.
import { MutationCache, onlineManager, QueryCache, QueryClient } from "@tanstack/react-query";
import createClient from "openapi-fetch";

import { ApiError, answer } from "./problem";
import type { paths } from "./schema";
import type { Session } from "./types";

export const SESSION_KEY = ["session"];

onlineManager.setOnline(navigator.onLine); // it hears of changes, but takes the start for granted

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeLostSession }),
  mutationCache: new MutationCache({ onError: noticeLostSession }),
  defaultOptions: {
    queries: {
      staleTime: 1000,
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
    // What a person asks for is done now or refused now, never when the network happens to be back.
    mutations: { networkMode: "always" },
  },
});

/** A request that can be made again: copies of one whose body is a stream are dear, and are hardly ever needed. */
class Repeatable extends Request {
  readonly again: () => Request;

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, init);
    this.again = () => new Request(input, init);
  }
}

export const api = createClient<paths>({ Request: Repeatable, fetch: send, baseUrl: window.location.origin });

/** Who is signed in, or null. */
export async function fetchSession(): Promise<Session | null> {
  try {
    return await answer(api.GET("/api/v1/auth/session"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** The id of the person who is signed in, as far as this tab knows. */
export const signedInAs = () => queryClient.getQueryData<Session | null>(SESSION_KEY)?.user.id;

/** A 401 may mean that the session is over: ask. Pages lead to the sign-in page and back when it is. */
export function noticeLostSession(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) void queryClient.invalidateQueries({ queryKey: SESSION_KEY });
}

/** Fields with a default may be left out of a request, but the generated types, which serve answers too, ask for them. */
export function withDefaults<T>(body: Partial<T>): T {
  return body as T;
}

async function send(request: Request): Promise<Response> {
  if (request.method === "GET") return fetch(request);
  const session = queryClient.getQueryData<Session | null>(SESSION_KEY);
  const response = await fetch(signed(request, session));
  if (response.status !== 403 || !session || !(request instanceof Repeatable)) return response;
  // Another tab may have signed in anew, which changes the token; what was asked for stays with who asked for it.
  const fresh = await fetchSession();
  const isSame = fresh?.user.id === session.user.id;
  if (isSame && fresh.csrf_token === session.csrf_token) return response;
  queryClient.setQueryData(SESSION_KEY, fresh);
  return isSame ? fetch(signed(request.again(), fresh)) : response;
}

function signed(request: Request, session: Session | null | undefined): Request {
  if (session) request.headers.set("X-CSRF-Token", session.csrf_token);
  return request;
}
