// Rounds: start, watch, close, retry, and their pairs.
import { queryOptions, useMutation } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { idempotent } from "./idempotency";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { PairFilter, Round, RoundConfig, RuleDefaults } from "./types";

const BUSY: Round["status"][] = ["queued", "sampling", "sampled", "scoring"];

export const isBusy = (round: Round) => BUSY.includes(round.status);
const pollMs = (round: Round) => (isBusy(round) ? 1500 : round.status === "open" ? 4000 : false);
const path = (round_id: string) => ({ path: { round_id } });

export const roundsQuery = (project_id: string) => ({
  ...pagedQuery(["rounds", project_id], (cursor) =>
    answer(
      api.GET("/api/v1/projects/{project_id}/rounds", {
        params: { path: { project_id }, query: { cursor: cursor ?? null } },
      }),
    ),
  ),
  refetchInterval: 3000,
});

/** The rules, and the settings that change with them. */
export const rulesQuery = queryOptions({
  queryKey: ["rules"],
  queryFn: () => answer<RuleDefaults>(api.GET("/api/v1/rules")),
  staleTime: Infinity,
});

export const roundQuery = (id: string) =>
  queryOptions({
    queryKey: ["round", id],
    queryFn: () => answer(api.GET("/api/v1/rounds/{round_id}", { params: path(id) })),
    refetchInterval: ({ state }) => (state.data ? pollMs(state.data) : false),
  });

export const pairsQuery = (id: string, filter: PairFilter) =>
  pagedQuery(["pairs", id, filter], (cursor) =>
    answer(api.GET("/api/v1/rounds/{round_id}/pairs", { params: { ...path(id), query: { ...filter, cursor } } })),
  );

/** How the scores of an open round are spread; they do not change any more. */
export const scoresQuery = (id: string) =>
  queryOptions({
    queryKey: ["scores", id],
    queryFn: () => answer(api.GET("/api/v1/rounds/{round_id}/scores", { params: path(id) })),
    staleTime: Infinity,
  });

export function useStartRound(project_id: string) {
  return useMutation({
    mutationFn: (body: RoundConfig | null) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/rounds", { params: { path: { project_id }, ...idempotent() }, body }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["rounds", project_id] }),
  });
}

export function useCloseRound(id: string) {
  return useMutation({
    mutationFn: () => answer(api.POST("/api/v1/rounds/{round_id}/close", { params: path(id) })),
    onSuccess: (round) => queryClient.setQueryData(roundQuery(id).queryKey, round),
  });
}

export function useRetryRound(id: string) {
  return useMutation({
    mutationFn: () => answer(api.POST("/api/v1/rounds/{round_id}/retry", { params: path(id) })),
    onSuccess: (round) => queryClient.setQueryData(roundQuery(id).queryKey, round),
  });
}
