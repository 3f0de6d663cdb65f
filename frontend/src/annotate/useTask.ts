// The pair on screen and those behind it: claims ahead, remembers what was judged here, undoes.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer } from "react";

import { claimPairs, progressQuery } from "@/api/annotate";
import { newKey } from "@/api/idempotency";
import type { Claim, Task } from "@/api/types";

import { outboxOf } from "./outbox";
import { reduceSitting, startSitting, type Verdict } from "./sitting";

const WANTED = 3; // the pair on screen and the next two
const MOST = 20;

export function useTask(projectId: string, userId: string) {
  const queryClient = useQueryClient();
  const outbox = outboxOf(userId);
  const [{ shown, gone, history }, step] = useReducer(reduceSitting, outbox.snapshot().waiting, startSitting);

  const openOf = (data: Claim | undefined) =>
    (data?.tasks ?? []).filter(({ lease, pair_id }) => !gone.has(lease) && !gone.has(pair_id));
  const claim = useQuery({
    queryKey: claimKey(projectId),
    // Pairs whose label waits to be sent are still lent to this person, so that many more are asked for.
    queryFn: () => claimPairs(projectId, Math.min(WANTED + outbox.snapshot().waiting.length, MOST)),
    staleTime: Infinity,
    gcTime: 0, // the leases end with the page
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) => openOf(state.data).length === 0 && secondsToRetry(state.data) * 1000,
  });
  const tasks = openOf(claim.data);
  const [first] = tasks;
  // Stays until it is judged, in whatever order later claims list the pairs.
  if (shown === null && first) step({ show: first });
  // An undo lends the pair anew, with the same sides.
  const task = tasks.find(({ pair_id }) => pair_id === shown?.pair_id) ?? shown ?? first ?? null;

  // A claim that is under way will do, unless it cannot know of what just happened.
  const claimAgain = useCallback(
    (cancelRefetch: boolean) =>
      void queryClient.invalidateQueries({ queryKey: claimKey(projectId) }, { cancelRefetch }),
    [queryClient, projectId],
  );
  useEffect(
    () =>
      outbox.onSettled(({ project, kind }) => {
        if (project !== projectId) return;
        claimAgain(kind === "undo");
        void queryClient.invalidateQueries({ queryKey: progressQuery(projectId).queryKey });
      }),
    [outbox, projectId, claimAgain, queryClient],
  );
  useEffect(() => outbox.flush(), [outbox]);

  const judge = (judged: Task, verdict: Verdict) => {
    const key = newKey();
    const body = { lease: judged.lease, ...verdict };
    outbox.add({ kind: "label", key, project: projectId, pair: judged.pair_id, body });
    step({ judge: { task: judged, key, verdict } });
    claimAgain(false);
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
      claimAgain(true);
    },
    [claimAgain],
  );
  return { claim, task, tasks, last: history.at(-1) ?? null, judge, undo, lose };
}

const claimKey = (projectId: string) => ["annotate", "claim", projectId];

/** When to look again while there is nothing to label; others may finish before their leases end. */
export const secondsToRetry = (data: Claim | undefined) => Math.min(data?.retry_after ?? 15, 30);
