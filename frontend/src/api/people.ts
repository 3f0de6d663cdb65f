// Users and API keys.
import { queryOptions, useMutation } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { ApiKey, User } from "./types";

export const usersQuery = pagedQuery(["users"], (cursor) =>
  answer(api.GET("/api/v1/users", { params: { query: { cursor: cursor ?? null, limit: 200 } } })),
);

/** What the people of the first page have labelled, and their pace. */
export const workQuery = queryOptions({
  queryKey: ["users", "work"],
  queryFn: () => answer(api.GET("/api/v1/users/work", { params: { query: { limit: 200 } } })),
  refetchInterval: 15_000,
});

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
