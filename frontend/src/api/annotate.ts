// The annotator's calls: claim, renew, release, label, undo, progress.
import { queryOptions } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { answer } from "./problem";
import type { FlagCreate, LabelCreate, PracticeAnswer, Progress } from "./types";

const PATIENCE_MS = 15_000; // a request that hangs longer is sent again

const soon = () => AbortSignal.timeout(PATIENCE_MS);
const path = (project_id: string) => ({ path: { project_id } });

export const annotateProjectsQuery = queryOptions({
  queryKey: ["annotate", "projects"],
  queryFn: () => answer(api.GET("/api/v1/annotate/projects")),
  refetchInterval: 15_000,
});

export const guidelineQuery = (id: string, version: number | undefined) =>
  queryOptions({
    queryKey: ["annotate", "guideline", id, version],
    queryFn: () => answer(api.GET("/api/v1/annotate/projects/{project_id}/guideline", { params: path(id) })),
    enabled: version !== undefined,
    staleTime: 60_000,
  });

export const progressQuery = (id: string) =>
  queryOptions({
    queryKey: ["annotate", "progress", id],
    queryFn: () =>
      answer(
        api.GET("/api/v1/annotate/projects/{project_id}/progress", {
          params: { ...path(id), query: { utc_offset: -new Date().getTimezoneOffset() } },
        }),
      ),
    refetchInterval: 15_000,
  });

const PROGRESS_MS = 10_000;

/** A label more, or one taken back: counted here, so that the service counts every ten seconds at most. */
export function countLabel(id: string, change: 1 | -1): void {
  const { queryKey } = progressQuery(id);
  const updatedAt = queryClient.getQueryState(queryKey)?.dataUpdatedAt ?? 0;
  if (Date.now() - updatedAt > PROGRESS_MS) void queryClient.invalidateQueries({ queryKey });
  const add = (progress: Progress): Progress => ({
    ...progress,
    mine: progress.mine + change,
    mine_today: progress.mine_today + change,
    last_hour: progress.last_hour + change,
    open_slots: Math.max(0, progress.open_slots - change),
    done_slots: progress.done_slots + change,
  });
  queryClient.setQueryData(queryKey, (progress) => progress && add(progress), { updatedAt });
}

export const claimPairs = (id: string, count: number) =>
  answer(api.POST("/api/v1/annotate/projects/{project_id}/claim", { params: path(id), body: { count } }));

export const renewLease = (lease: string) =>
  answer(api.POST("/api/v1/annotate/leases/{lease}/renew", { params: { path: { lease } } }));

/** Give a lease back, unless it was renewed past `until`; sent even while the page is being left. */
export const releaseLease = (lease: string, until: string | null) =>
  answer(
    api.DELETE("/api/v1/annotate/leases/{lease}", { params: { path: { lease }, query: { until } }, keepalive: true }),
  );

/** Sent even while the page is being left. */
export const sendLabel = (body: LabelCreate, key: string) =>
  answer(
    api.POST("/api/v1/annotate/labels", {
      params: { header: { "Idempotency-Key": key } },
      body,
      signal: soon(),
      keepalive: true,
    }),
  );

export const sendFlag = (body: FlagCreate, key: string) =>
  answer(api.POST("/api/v1/annotate/flags", { params: { header: { "Idempotency-Key": key } }, body, signal: soon() }));

/** The person's last labels, newest first, with what was on screen. */
export const ownLabelsQuery = (id: string) =>
  queryOptions({
    queryKey: ["annotate", "labels", id],
    queryFn: async () => {
      const params = { ...path(id), query: { limit: 10 } };
      return (await answer(api.GET("/api/v1/annotate/projects/{project_id}/labels", { params }))).items;
    },
    staleTime: Infinity,
    gcTime: 0, // the page remembers what comes after
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const practiceQuery = (id: string) =>
  queryOptions({
    queryKey: ["annotate", "practice", id],
    queryFn: () => answer(api.GET("/api/v1/annotate/projects/{project_id}/practice", { params: path(id) })),
    staleTime: 60_000,
  });

export const answerPractice = (pair_id: string, body: PracticeAnswer) =>
  answer(api.POST("/api/v1/annotate/practice/{pair_id}/answers", { params: { path: { pair_id } }, body }));

export const sendUndo = (label_id: string, key: string) =>
  answer(
    api.POST("/api/v1/annotate/labels/{label_id}/undo", {
      params: { path: { label_id }, header: { "Idempotency-Key": key } },
      signal: soon(),
    }),
  );
