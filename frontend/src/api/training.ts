// Training runs: start, watch, cancel, retry, and their metrics.
import { queryOptions, useMutation } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { idempotent } from "./idempotency";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { LossDefaults, Metric, TrainingConfig, TrainingRun } from "./types";

export const isRunning = ({ status }: { status: TrainingRun["status"] }) => status === "queued" || status === "running";
const METRICS_AT_ONCE = 1000;
const path = (run_id: string) => ({ path: { run_id } });

export const runsQuery = (project_id: string) => ({
  ...pagedQuery(["runs", project_id], (cursor) =>
    answer(
      api.GET("/api/v1/projects/{project_id}/training-runs", {
        params: { path: { project_id }, query: { cursor: cursor ?? null } },
      }),
    ),
  ),
  refetchInterval: 3000,
});

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["run", id],
    queryFn: () => answer(api.GET("/api/v1/training-runs/{run_id}", { params: path(id) })),
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? 1500 : false),
  });

/** All metrics so far; only the steps not yet seen are asked for. */
export const metricsQuery = (id: string, running: boolean) =>
  queryOptions({
    queryKey: ["metrics", id, running], // asked for anew when the run has ended
    queryFn: async ({ queryKey }): Promise<Metric[]> => {
      const metrics = [...(queryClient.getQueryData<Metric[]>(queryKey) ?? [])];
      for (;;) {
        const query = { after_step: metrics.at(-1)?.step ?? -1, limit: METRICS_AT_ONCE };
        const fresh = await answer(
          api.GET("/api/v1/training-runs/{run_id}/metrics", { params: { ...path(id), query } }),
        );
        metrics.push(...fresh);
        if (fresh.length < METRICS_AT_ONCE) return metrics;
      }
    },
    refetchInterval: running ? 1500 : false,
  });

/** What the training process wrote so far. */
export const logQuery = (id: string, running: boolean) =>
  queryOptions({
    queryKey: ["log", id, running], // asked for anew when the run has ended
    queryFn: async () => {
      const log = api.GET("/api/v1/training-runs/{run_id}/log", { params: path(id), parseAs: "text" });
      return (await answer<string | undefined>(log)) ?? ""; // an empty answer has no data
    },
    refetchInterval: running ? 2000 : false,
  });

export const logUrl = (id: string) => `/api/v1/training-runs/${id}/log`;

/** The losses, and the settings that change with them. */
export const lossesQuery = queryOptions({
  queryKey: ["losses"],
  queryFn: () => answer<LossDefaults>(api.GET("/api/v1/losses")),
  staleTime: Infinity,
});

export function useStartRun(project_id: string) {
  return useMutation({
    mutationFn: (body: TrainingConfig | null) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/training-runs", {
          params: { path: { project_id }, ...idempotent() },
          body,
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["runs", project_id] }),
  });
}

export function useCancelRun(id: string) {
  return useMutation({
    mutationFn: () => answer(api.POST("/api/v1/training-runs/{run_id}/cancel", { params: path(id) })),
    onSuccess: (run) => queryClient.setQueryData(runQuery(id).queryKey, run),
  });
}

export function useRetryRun(id: string) {
  return useMutation({
    mutationFn: () => answer(api.POST("/api/v1/training-runs/{run_id}/retry", { params: path(id) })),
    onSuccess: (run) => queryClient.setQueryData(runQuery(id).queryKey, run),
  });
}
