// The pair on screen and those behind it: claims ahead, remembers what was judged here, undoes.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useSyncExternalStore } from "react";

import { claimPairs, progressQuery } from "@/api/annotate";
import { newKey } from "@/api/idempotency";
import type { LabelCreate, Task } from "@/api/types";

import { type Entry, outboxOf } from "./outbox";

const WANTED = 3; // the pair on screen and the next two
const MOST = 20;
const LOOK_AGAIN_SECONDS = 15;
const UNDOS = 10;

export type Verdict = Omit<LabelCreate, "lease">;
export type Judged = { task: Task; key: string; verdict: Verdict };

type State = { shown: Task | null; judged: ReadonlySet<string>; history: readonly Judged[] };
type Step = { show: Task } | { judge: Judged } | { undo: Judged } | { lost: string };

function reduce({ shown, judged, history }: State, step: Step): State {
  if ("show" in step) return { shown: step.show, judged, history };
  if ("lost" in step) return { shown: shown?.lease === step.lost ? null : shown, judged, history };
  if ("judge" in step) {
    const { lease } = step.judge.task;
    return { shown: null, judged: new Set(judged).add(lease), history: [...history, step.judge].slice(-UNDOS) };
  }
  const { task, key } = step.undo;
  return {
    shown: task,
    judged: new Set([...judged].filter((lease) => lease !== task.lease)),
    history: history.filter((entry) => entry.key !== key),
  };
}

export function useTask(projectId: string, userId: string) {
  const queryClient = useQueryClient();
  const outbox = outboxOf(userId);
  const { waiting } = useSyncExternalStore(outbox.subscribe, outbox.snapshot);
  const [{ shown, judged, history }, step] = useReducer(reduce, { shown: null, judged: new Set<string>(), history: [] });
  const claim = useClaim(projectId, waiting);

  const unsent = new Set(waiting.map((entry) => entry.kind === "label" && entry.body.lease));
  const tasks = (claim.data?.tasks ?? []).filter(({ lease }) => !judged.has(lease) && !unsent.has(lease));
  const [first] = tasks;
  // Stays until it is judged, in whatever order later claims list the pairs.
  if (shown === null && first) step({ show: first });

  useEffect(
    () =>
      outbox.onSaved((entry) => {
        if (entry.project !== projectId) return;
        void queryClient.invalidateQueries({ queryKey: claimKey(projectId) });
        void queryClient.invalidateQueries({ queryKey: progressQuery(projectId).queryKey });
      }) as unknown as () => void,
    [outbox, projectId, queryClient],
  );
  useEffect(() => outbox.flush(), [outbox]);

  const judge = (task: Task, verdict: Verdict) => {
    const key = newKey();
    outbox.add({ kind: "label", key, project: projectId, body: { lease: task.lease, ...verdict } });
    step({ judge: { task, key, verdict } });
  };
  const undo = () => {
    const last = history.at(-1);
    if (!last) return;
    outbox.add({ kind: "undo", key: newKey(), project: projectId, of: last.key, labelId: null });
    step({ undo: last });
  };
  const lose = useCallback(
    (lease: string) => {
      step({ lost: lease });
      void queryClient.invalidateQueries({ queryKey: claimKey(projectId) });
    },
    [projectId, queryClient],
  );
  return { claim, task: shown ?? first ?? null, tasks, history, judge, undo, lose };
}

const claimKey = (projectId: string) => ["annotate", "claim", projectId];

/** Pairs lent to this person. Those whose label still waits to be sent are held too, so that many more are asked for. */
function useClaim(projectId: string, waiting: readonly Entry[]) {
  return useQuery({
    queryKey: claimKey(projectId),
    queryFn: () => claimPairs(projectId, Math.min(WANTED + waiting.length, MOST)),
    staleTime: Infinity,
    gcTime: 0, // the leases end with the page
    refetchOnWindowFocus: false,
    refetchOnReconnect: true,
    refetchInterval: ({ state }) =>
      state.data?.tasks.length ? false : (state.data?.retry_after ?? LOOK_AGAIN_SECONDS) * 1000,
  });
}
