// The pair on screen and those behind it: claims ahead, remembers what was judged here, undoes.
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef } from "react";

import { claimPairs, countLabel, ownLabelsQuery, progressQuery } from "@/api/annotate";
import { newKey } from "@/api/idempotency";
import { ApiError } from "@/api/problem";
import type { Claim } from "@/api/types";
import { afterPaint } from "@/ui/afterPaint";

import { outboxOf } from "./outbox";
import { type Judged, reduceSitting, type Shown, startSitting, type Verdict } from "./sitting";
import { useStable } from "./useStable";

const AHEAD = 2; // pairs lent ahead of the one on screen, at least
const MOST_AHEAD = 15; // while plenty is open: enough to work on for a while without a network
const SHARE_AHEAD = 1 / 4; // of what is open, so that the last pairs are left to others
const MOST = 20; // the service gives no more at once

/** `onRefused` is called when the service has refused a label, whose pair can be judged again. */
export function useTask(projectId: string, userId: string, onRefused: () => void) {
  const queryClient = useQueryClient();
  const outbox = outboxOf(userId);
  const [{ shown, gone, history, taken }, step] = useReducer(reduceSitting, outbox.snapshot().waiting, startSitting);
  const open = useQuery(progressQuery(projectId)).data?.open_slots ?? 0;
  const ahead = Math.max(AHEAD, Math.min(MOST_AHEAD, Math.floor(open * SHARE_AHEAD)));

  const refused = useStable(onRefused);
  const asked = useRef(0);
  const openOf = (data: Claim | undefined) => (data?.tasks ?? []).filter(({ pair_id }) => !gone.has(pair_id));
  const claim = useQuery({
    queryKey: claimKey(projectId),
    // Pairs whose label waits to be sent are still lent to this person, so that many more are asked for.
    queryFn: () => {
      asked.current = 1 + ahead;
      return claimPairs(projectId, Math.min(asked.current + outbox.snapshot().waiting.length, MOST));
    },
    staleTime: Infinity,
    gcTime: 0, // the leases end with the page
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) =>
      openOf(state.data).length === 0 && secondsToRetry(state, outbox.snapshot().waiting.length) * 1000,
  });
  const isNothingOpen = claim.data?.tasks.length === 0;
  useEffect(() => {
    // Others have labelled the rest: what is counted must not say that there is more.
    if (isNothingOpen) void queryClient.invalidateQueries({ queryKey: progressQuery(projectId).queryKey });
  }, [isNothingOpen, queryClient, projectId]);
  const tasks = openOf(claim.data);
  const [first] = tasks;
  // Stays until it is judged, in whatever order later claims list the pairs.
  if (shown === null && first) step({ show: first });
  // An undo lends the pair anew, with the same sides.
  const task: Shown | null = tasks.find(({ pair_id }) => pair_id === shown?.pair_id) ?? shown ?? first ?? null;
  const next: Shown | null = tasks.find(({ pair_id }) => pair_id !== task?.pair_id) ?? null;

  // A claim that is under way will do, unless it cannot know of what just happened.
  const claimAgain = useCallback(
    (cancelRefetch: boolean) =>
      void queryClient.invalidateQueries({ queryKey: claimKey(projectId) }, { cancelRefetch }),
    [queryClient, projectId],
  );
  // With many pairs ahead, not every label needs a claim, which sends all of their texts again.
  const isLow = tasks.length - 1 < (ahead > AHEAD ? Math.ceil((ahead * 2) / 3) : AHEAD);
  const topUp = useRef<() => void>(() => undefined);
  useEffect(() => {
    topUp.current = () => {
      if (isLow) claimAgain(false);
    };
  });
  useEffect(() => {
    if (asked.current < 1 + ahead) topUp.current(); // asked before it was known how many are open
  }, [ahead, claim.dataUpdatedAt]);
  useEffect(
    () =>
      outbox.onSettled((entry, isRefused) => {
        if (entry.project !== projectId || entry.kind === "flag") return;
        if (entry.kind === "label" && isRefused) {
          forgetTask(queryClient, projectId, entry.pair);
          step({ refused: entry });
          refused();
        }
        if (entry.kind === "undo" || isRefused) claimAgain(true);
        else topUp.current();
        if (!isRefused) countLabel(projectId, entry.kind === "undo" ? -1 : 1);
      }),
    [outbox, projectId, claimAgain, queryClient, refused],
  );

  const { data: earlier } = useQuery({ ...ownLabelsQuery(projectId), enabled: claim.isFetched });
  /** Null while there may be earlier labels that were not answered yet. */
  const knownHistory = earlier || history.length > 0 ? history : null;
  useEffect(() => {
    if (earlier) step({ recall: earlier });
  }, [earlier]);

  const judge = (judged: Shown, verdict: Verdict) => {
    const key = newKey();
    const body = { lease: judged.lease, ...verdict };
    outbox.add({ kind: "label", key, project: projectId, pair: judged.pair_id, body });
    step({ judge: { task: judged, key, verdict, labelId: null } });
    afterPaint(() => topUp.current());
  };
  const undo = (judged: Judged) => {
    const { key: of, labelId, task, verdict } = judged;
    const label = { pair: task.pair_id, body: { lease: task.lease, ...verdict } };
    outbox.add({ kind: "undo", key: newKey(), project: projectId, of, labelId, ...(labelId === null && { label }) });
    step({ undo: judged });
  };
  const flag = (flagged: Shown, reason: string | null) =>
    outbox.add({ kind: "flag", key: newKey(), project: projectId, body: { lease: flagged.lease, reason } });
  const renew = useCallback(() => claimAgain(false), [claimAgain]);
  return { claim, task, next, tasks, history, knownHistory, taken, judge, undo, flag, renew };
}

const claimKey = (projectId: string) => ["annotate", "claim", projectId];

/** The pair as it was lent is of no use any more. */
function forgetTask(queryClient: QueryClient, projectId: string, pair: string): void {
  queryClient.setQueryData<Claim>(
    claimKey(projectId),
    (data) => data && { ...data, tasks: data.tasks.filter(({ pair_id }) => pair_id !== pair) },
  );
}

type Answered = { data: Claim | undefined; error: Error | null };

/** The service lends nothing to a person who has practice open. */
export const isPracticeFirst = (error: Error | null) => error instanceof ApiError && error.code === "practice_first";

/** When to look again while there is nothing to label; others may finish before their leases end. */
export function secondsToRetry({ data, error }: Answered, waiting: number): number {
  if (error instanceof ApiError && error.retryAfter !== null) return error.retryAfter;
  if (isPracticeFirst(error)) return 30;
  // All that it lists was judged meanwhile; there is more once those labels are sent.
  if (data?.state === "ready") return waiting > 0 ? 15 : 1;
  return Math.min(data?.retry_after ?? 15, 30);
}
