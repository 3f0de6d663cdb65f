// The playground: samplings of two models, asked for, watched and forgotten.
import { useMutation } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { idempotent } from "./idempotency";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { Sampling, SamplingCreate } from "./types";

export const isWaiting = ({ status }: { status: Sampling["status"] }) => status === "queued" || status === "running";

const key = (project_id: string) => ["samplings", project_id];

type Paged = { pages: { items: Sampling[] }[] };
const isAnyWaiting = (data: Paged | undefined) => data?.pages.some(({ items }) => items.some(isWaiting)) ?? false;

/** Newest first; asked for quickly while one of them waits. */
export const samplingsQuery = (project_id: string) => ({
  ...pagedQuery(key(project_id), (cursor) =>
    answer(
      api.GET("/api/v1/projects/{project_id}/samplings", {
        params: { path: { project_id }, query: { cursor: cursor ?? null, limit: 20 } },
      }),
    ),
  ),
  refetchInterval: ({ state }: { state: { data?: Paged } }) => isAnyWaiting(state.data) && 1500,
});

export function useSample(project_id: string) {
  return useMutation({
    mutationFn: (body: SamplingCreate) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/samplings", {
          params: { path: { project_id }, ...idempotent() },
          body,
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: key(project_id) }),
  });
}

export function useForget(project_id: string) {
  return useMutation({
    mutationFn: (sampling_id: string) =>
      answer(api.DELETE("/api/v1/samplings/{sampling_id}", { params: { path: { sampling_id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: key(project_id) }),
  });
}
