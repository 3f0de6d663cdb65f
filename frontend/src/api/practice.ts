// The practice set and the flags, as admins see them.
import { queryOptions, useMutation } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { idempotent } from "./idempotency";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { PracticePairCreate } from "./types";

const path = (project_id: string) => ({ path: { project_id } });

export const practiceSetQuery = (id: string) =>
  queryOptions({
    queryKey: ["practice", id],
    queryFn: () => answer(api.GET("/api/v1/projects/{project_id}/practice", { params: path(id) })),
  });

export const pairQuery = (pair_id: string) =>
  queryOptions({
    queryKey: ["pair", pair_id],
    queryFn: () => answer(api.GET("/api/v1/pairs/{pair_id}", { params: { path: { pair_id } } })),
    staleTime: Infinity,
  });

export const flagsQuery = (id: string, is_open: boolean | null) =>
  pagedQuery(["flags", id, is_open], (cursor) =>
    answer(
      api.GET("/api/v1/projects/{project_id}/flags", {
        params: { ...path(id), query: { is_open, cursor: cursor ?? null, limit: 20 } },
      }),
    ),
  );

/** Adds a practice pair, or replaces the one with this id. */
export function useSavePractice(projectId: string) {
  return useMutation({
    mutationFn: ({ id, body }: { id: string | null; body: PracticePairCreate }) =>
      id === null
        ? answer(
            api.POST("/api/v1/projects/{project_id}/practice", {
              params: { ...path(projectId), ...idempotent() },
              body,
            }),
          )
        : answer(api.PUT("/api/v1/practice/{pair_id}", { params: { path: { pair_id: id } }, body })),
    onSuccess: () => refresh(projectId),
  });
}

export function useRemovePractice(projectId: string) {
  return useMutation({
    mutationFn: (pair_id: string) =>
      answer(api.DELETE("/api/v1/practice/{pair_id}", { params: { path: { pair_id } } })),
    onSettled: () => refresh(projectId),
  });
}

export function useOrderPractice(projectId: string) {
  return useMutation({
    mutationFn: (ids: string[]) =>
      answer(api.PUT("/api/v1/projects/{project_id}/practice/order", { params: path(projectId), body: { ids } })),
    onSettled: () => refresh(projectId),
  });
}

export function useResolveFlag(projectId: string) {
  return useMutation({
    mutationFn: (flag_id: string) =>
      answer(api.POST("/api/v1/flags/{flag_id}/resolve", { params: { path: { flag_id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["flags", projectId] }),
  });
}

const refresh = (projectId: string) => queryClient.invalidateQueries({ queryKey: ["practice", projectId] });
