// Users and API keys.
import { queryOptions, useMutation, useQueries } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { ApiKey, User, UserFilter, UserWork } from "./types";

const PAGE = 50;

export const usersQuery = (filter: UserFilter) =>
  pagedQuery(["users", filter], (cursor) =>
    answer(api.GET("/api/v1/users", { params: { query: { limit: PAGE, ...filter, cursor: cursor ?? null } } })),
  );

/** Everybody, to choose from. */
export const everybodyQuery = usersQuery({ sort: "name", limit: 200 });

/** What these people have labelled, and their pace; asked for page by page. */
export function useWork(people: User[]): Map<string, UserWork> {
  const pages = Array.from({ length: Math.ceil(people.length / PAGE) }, (_, page) =>
    people.slice(page * PAGE, (page + 1) * PAGE).map(({ id }) => id),
  );
  return useQueries({ queries: pages.map(workQuery), combine: byPerson });
}

const WORK_KEY = ["users", "work"];

const workQuery = (user_id: string[]) =>
  queryOptions({
    queryKey: [...WORK_KEY, user_id],
    queryFn: () => answer(api.GET("/api/v1/users/work", { params: { query: { user_id } } })),
    refetchInterval: 15_000,
    placeholderData: () => knownOf(user_id),
  });

/** What is known of these people from another order of the list, the latest of it. */
function knownOf(user_id: string[]): UserWork[] {
  const answers = queryClient.getQueryCache().findAll({ queryKey: WORK_KEY });
  const known = byPerson(
    answers
      .sort((a, b) => a.state.dataUpdatedAt - b.state.dataUpdatedAt)
      .map(({ state }) => state as { data?: UserWork[] }),
  );
  return user_id.flatMap((id) => known.get(id) ?? []);
}

const byPerson = (pages: { data?: UserWork[] | undefined }[]) =>
  new Map(pages.flatMap(({ data }) => data ?? []).map((work) => [work.user_id, work]));

export const keysQuery = pagedQuery(["keys"], (cursor) =>
  answer(api.GET("/api/v1/api-keys", { params: { query: { cursor: cursor ?? null, limit: 200 } } })),
);

const refreshUsers = () => queryClient.invalidateQueries({ queryKey: ["users"] });
const refreshKeys = () => queryClient.invalidateQueries({ queryKey: ["keys"] });

export function useCreateUser() {
  return useMutation({
    mutationFn: (body: { username: string; role: User["role"] }) => answer(api.POST("/api/v1/users", { body })),
    onSuccess: refreshUsers,
  });
}

export function useUpdateUser() {
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; role?: User["role"]; is_active?: boolean; is_paused?: boolean }) =>
      answer(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body })),
    onSuccess: refreshUsers,
  });
}

export function useLoginLink() {
  return useMutation({
    mutationFn: (id: string) =>
      answer(api.POST("/api/v1/users/{user_id}/login-link", { params: { path: { user_id: id } } })),
  });
}

export function useCreateKey() {
  return useMutation({
    mutationFn: (body: { name: string; scope: ApiKey["scope"]; expires_at: string | null }) =>
      answer(api.POST("/api/v1/api-keys", { body })),
    onSuccess: refreshKeys,
  });
}

export function useRevokeKey() {
  return useMutation({
    mutationFn: (id: string) => answer(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: id } } })),
    onSuccess: refreshKeys,
  });
}
