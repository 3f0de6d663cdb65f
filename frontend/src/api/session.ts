// Signing in and out.
import { queryOptions, useMutation } from "@tanstack/react-query";
import { createContext, useContext } from "react";

import { api, fetchSession, queryClient, SESSION_KEY } from "./client";
import { answer } from "./problem";
import type { Session, User } from "./types";

const SIGNED_OUT_KEY = [...SESSION_KEY, "signed out"];

const RETRY_MS = 3000;

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: fetchSession,
  staleTime: Infinity,
  // No page can be shown before this is answered.
  refetchInterval: ({ state }) => (state.status === "error" && state.data === undefined ? RETRY_MS : false),
});

let lastUserId: string | null = null; // outlives the cache, which forgets what no page looks at

/** The person at work, who may sign in again without losing what is on the page. */
export const rememberUser = (id: string) => (lastUserId = id);

/** What one person saw in this tab is not for the next one. */
export const forgetPages = () =>
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });

/** Given by the gate that all pages but the sign-in page are behind, so that these never see a session that ended. */
export const UserContext = createContext<User | null>(null);

/** The signed-in person; only for pages behind the gate. */
export function useUser(): User {
  const user = useContext(UserContext);
  if (!user) throw new Error("This page is shown to signed-in people only.");
  return user;
}

export function useLogin() {
  return useMutation({
    mutationFn: (body: { username: string; password: string }) => answer(api.POST("/api/v1/auth/login", { body })),
    onSuccess: begin,
  });
}

export function useLinkLogin() {
  return useMutation({
    mutationFn: (token: string) => answer(api.POST("/api/v1/auth/link", { body: { token } })),
    onSuccess: begin,
  });
}

/** Other sessions of this person end with it; this one goes on. */
export function useSetPassword() {
  return useMutation({
    mutationFn: (body: { password: string; current_password: string | null }) =>
      answer(api.PUT("/api/v1/auth/password", { body })),
    onSuccess: begin,
    // The hour in which the current password is not asked for may be over.
    onError: () => queryClient.invalidateQueries({ queryKey: SESSION_KEY }),
  });
}

export function useLogout() {
  return useMutation({
    mutationFn: () => answer(api.POST("/api/v1/auth/logout")),
    onSuccess: () => begin(null),
  });
}

/** Whether nobody is signed in because somebody signed out here, rather than because the session ended. */
export const hasSignedOut = () => queryClient.getQueryData(SIGNED_OUT_KEY) === true;

async function begin(session: Session | null): Promise<void> {
  // A question that is still under way was asked before, and its answer is out of date.
  await queryClient.cancelQueries({ queryKey: SESSION_KEY });
  if (session?.user.id !== lastUserId) forgetPages(); // one who signs in again goes on where they were
  queryClient.setQueryData(SIGNED_OUT_KEY, session === null);
  queryClient.setQueryData(SESSION_KEY, session);
}
