// What one sitting at the annotate page remembers: the pair on screen, what was judged, what can be undone.
import type { LabelCreate, Task } from "@/api/types";

import type { Entry } from "./outbox";

const UNDOS = 10;

export type Verdict = Omit<LabelCreate, "lease">;
export type Judged = { task: Task; key: string; verdict: Verdict };

/** `gone` holds the ids of judged pairs and of lost leases: a claim that was under way may still list them. */
export type Sitting = { shown: Task | null; gone: ReadonlySet<string>; history: readonly Judged[] };
export type Step = { show: Task } | { judge: Judged } | { undo: Judged } | { lost: string };

/** A new sitting; labels of an earlier one that wait to be sent speak for their pairs, unless they are undone too. */
export function startSitting(waiting: readonly Entry[]): Sitting {
  const undone = new Set(waiting.map((entry) => entry.kind === "undo" && entry.of));
  const judged = waiting.filter((entry) => entry.kind === "label").filter(({ key }) => !undone.has(key));
  return { shown: null, gone: new Set(judged.map(({ pair }) => pair)), history: [] };
}

export function reduceSitting({ shown, gone, history }: Sitting, step: Step): Sitting {
  if ("show" in step) return { shown: step.show, gone, history };
  if ("lost" in step) {
    return { shown: shown?.lease === step.lost ? null : shown, gone: new Set(gone).add(step.lost), history };
  }
  if ("judge" in step) {
    const { pair_id } = step.judge.task;
    return { shown: null, gone: new Set(gone).add(pair_id), history: [...history, step.judge].slice(-UNDOS) };
  }
  const { task, key } = step.undo;
  return {
    shown: task,
    gone: new Set([...gone].filter((id) => id !== task.pair_id)),
    history: history.filter((judged) => judged.key !== key),
  };
}
