// What one sitting at the annotate page remembers: the pair on screen, what was judged, what can be undone.
import type { LabelCreate, OwnLabel, Task } from "@/api/types";

import type { Entry } from "./outbox";

const UNDOS = 10;

export type Shown = Omit<Task, "expires_at">;
export type Verdict = Omit<LabelCreate, "lease">;
/** A label that can be undone; `labelId` is null for those of this sitting, which the outbox knows by their key. */
export type Judged = { task: Shown; key: string; verdict: Verdict; labelId: string | null };

/**
 * `gone` holds the ids of judged pairs: a claim that was under way may still list them.
 * `taken` is the label that the pair on screen had before its undo.
 */
export type Sitting = {
  shown: Shown | null;
  gone: ReadonlySet<string>;
  history: readonly Judged[];
  taken: Judged | null;
};
type LabelEntry = Extract<Entry, { kind: "label" }>;
export type Step =
  { show: Shown } | { judge: Judged } | { undo: Judged } | { refused: LabelEntry } | { recall: OwnLabel[] };

/** A new sitting; labels of an earlier one that wait to be sent speak for their pairs, unless they are undone too. */
export function startSitting(waiting: readonly Entry[]): Sitting {
  const undone = new Set(waiting.map((entry) => entry.kind === "undo" && entry.of));
  const judged = waiting.filter((entry) => entry.kind === "label").filter(({ key }) => !undone.has(key));
  return { shown: null, gone: new Set(judged.map(({ pair }) => pair)), history: [], taken: null };
}

export function reduceSitting(sitting: Sitting, step: Step): Sitting {
  const { gone, history } = sitting;
  if ("show" in step) return { ...sitting, shown: step.show };
  if ("recall" in step) return { ...sitting, history: [...earlier(step.recall, sitting), ...history].slice(-UNDOS) };
  if ("refused" in step) return withoutRefused(sitting, step.refused);
  if ("judge" in step) {
    const { pair_id } = step.judge.task;
    return {
      shown: null,
      gone: new Set(gone).add(pair_id),
      history: [...history, step.judge].slice(-UNDOS),
      taken: null,
    };
  }
  const { task, key } = step.undo;
  return {
    shown: task,
    gone: new Set([...gone].filter((id) => id !== task.pair_id)),
    history: history.filter((judged) => judged.key !== key),
    taken: step.undo,
  };
}

/** The pair is open again, unless it was judged anew meanwhile. */
function withoutRefused(sitting: Sitting, { key, pair }: LabelEntry): Sitting {
  const history = sitting.history.filter((judged) => judged.key !== key);
  const isJudged = history.some(({ task }) => task.pair_id === pair);
  return { ...sitting, history, gone: new Set([...sitting.gone].filter((id) => id !== pair || isJudged)) };
}

/** Labels of before this sitting, oldest first, less those of pairs that this sitting has dealt with already. */
function earlier(labels: OwnLabel[], { shown, gone, history }: Sitting): Judged[] {
  const known = new Set([...gone, ...history.map(({ task }) => task.pair_id), shown?.pair_id]);
  return labels
    .filter(({ pair_id }) => !known.has(pair_id))
    .map(({ id, lease, pair_id, prompt, left, right, verdict, winner, strength, comment }) => ({
      task: { lease, pair_id, prompt, left, right },
      key: id,
      verdict: {
        verdict: verdict ?? "skip",
        winner,
        strength: strength === 2 ? 2 : strength === 1 ? 1 : null,
        comment,
      },
      labelId: id,
    }))
    .reverse() as Judged[];
}
