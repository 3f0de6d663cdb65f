// The playground: samplings of two models, asked for, watched and forgotten.
import { queryOptions, useMutation } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { idempotent } from "./idempotency";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { Sampling, SamplingCreate, SamplingRow } from "./types";

const POLL_MS = 1500;
const SEEDS = 2 ** 31;

export const isWaiting = ({ status }: { status: Sampling["status"] }) => status === "queued" || status === "running";

const key = (project_id: string) => ["samplings", project_id];

type Paged = { pages: { items: SamplingRow[] }[] };
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
  refetchInterval: ({ state }: { state: { data?: Paged } }) => isAnyWaiting(state.data) && POLL_MS,
});

/** One with its answers, which do not change once they are there. */
export const samplingQuery = (id: string) =>
  queryOptions({
    queryKey: ["sampling", id],
    queryFn: () => answer(api.GET("/api/v1/samplings/{sampling_id}", { params: { path: { sampling_id: id } } })),
    refetchInterval: ({ state }) => (state.data && isWaiting(state.data) ? POLL_MS : false),
    staleTime: ({ state }) => (state.data && !isWaiting(state.data) ? Infinity : 0),
  });

export const useSample = (project_id: string) => useAsking(project_id, (body: SamplingCreate) => ask(project_id, body));

/** Asks what a row of the list was asked, with a seed of its own: the same one would draw the same answers. */
export const useAskAgain = (project_id: string) =>
  useAsking(project_id, async (id: string) => {
    const { left_version_id, right_version_id, content, config } = await queryClient.query(samplingQuery(id));
    const seed = Math.floor(Math.random() * SEEDS);
    return ask(project_id, { left_version_id, right_version_id, content, config: { ...config, seed } });
  });

function useAsking<T>(project_id: string, mutationFn: (asked: T) => Promise<Sampling>) {
  return useMutation({ mutationFn, onSuccess: () => queryClient.invalidateQueries({ queryKey: key(project_id) }) });
}

const ask = (project_id: string, body: SamplingCreate) =>
  answer(
    api.POST("/api/v1/projects/{project_id}/samplings", {
      params: { path: { project_id }, ...idempotent() },
      body,
    }),
  );

export function useForget(project_id: string) {
  return useMutation({
    mutationFn: (sampling_id: string) =>
      answer(api.DELETE("/api/v1/samplings/{sampling_id}", { params: { path: { sampling_id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: key(project_id) }),
  });
}
