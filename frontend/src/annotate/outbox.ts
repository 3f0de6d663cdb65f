// Labels, undos and flags on their way to the service: kept in the browser until the service said that it has them.
// Knows nothing of pairs and pages.
import { sendFlag, sendLabel, sendUndo } from "@/api/annotate";
import { noticeLostSession, signedInAs } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { FlagCreate, LabelCreate } from "@/api/types";
import { afterPaint } from "@/ui/afterPaint";

import { restoreComment } from "./commentStorage";
import { isItemOf, readEntries, readRefused, type Refused, removeEntry, writeEntry } from "./outboxStorage";

/** An undo names its label by the service's id, or carries what it takes to ask for that: a label of this sitting. */
type Undo = { of: string; labelId: string | null; label?: { pair: string; body: LabelCreate } };
export type Entry =
  | { kind: "label"; key: string; project: string; pair: string; body: LabelCreate }
  | ({ kind: "undo"; key: string; project: string } & Undo)
  | { kind: "flag"; key: string; project: string; body: FlagCreate };

/** Why what waits is not saved yet; `until` is the time at which the service wants to be asked again. */
export type Trouble = { why: "network" | "busy" | "failing"; until: number | null };

export type OutboxState = {
  waiting: readonly Entry[];
  mood: "idle" | "sending" | "retrying" | "signed_out";
  trouble: Trouble | null;
  refused: readonly Refused[];
  /** False when the browser has no room: what waits is lost with the tab. */
  isKept: boolean;
};

export type Outbox = ReturnType<typeof createOutbox>;
type Settled = (entry: Entry, isRefused: boolean) => void;

const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000];
const TRANSIENT = [408, 425, 429];
const TRIES = 3; // of one entry that the service stumbles over, before the others go first
const OTHER_TAB_MS = 20_000; // what another tab has kept, but not sent by then, is sent by this one
const boxes = new Map<string, Outbox>();

/** The outbox of a person: one per tab, kept while pages come and go, so that leaving a page loses nothing. */
export function outboxOf(userId: string): Outbox {
  const box = boxes.get(userId) ?? createOutbox(userId);
  boxes.set(userId, box);
  return box;
}

function createOutbox(userId: string) {
  let state: OutboxState = { ...readStorage(), mood: "idle", trouble: null, isKept: true };
  let running = false;
  let failures = 0;
  let stumbled = { key: "", times: 0 };
  let wake: () => void = () => undefined;
  let later: ReturnType<typeof setTimeout> | undefined;
  const unkept = new Set<string>(); // in memory alone
  const labelIds = new Map<string, string>();
  const watchers = new Set<() => void>();
  const settledWatchers = new Set<Settled>();

  function readStorage() {
    return { waiting: readEntries(userId), refused: readRefused(userId) };
  }

  function change(part: Partial<OutboxState>): void {
    state = { ...state, ...part, isKept: unkept.size === 0 };
    watchers.forEach((watcher) => watcher());
  }

  function keep(entry: Entry): void {
    if (!writeEntry(userId, entry)) unkept.add(entry.key);
  }

  /** Take over what other tabs have kept or sent meanwhile. */
  function reread(): void {
    const { waiting, refused } = readStorage();
    change({ waiting: [...waiting, ...state.waiting.filter(({ key }) => unkept.has(key))], refused });
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    try {
      for (let entry = state.waiting[0]; entry; entry = state.waiting[0]) {
        // Whoever is signed in by now sends nothing of somebody else's.
        if (signedInAs() !== userId) {
          change({ mood: "signed_out" });
          return;
        }
        change({ mood: failures > 0 ? "retrying" : "sending" });
        if (!(await attempt(entry))) return;
      }
      change({ mood: "idle", trouble: null });
    } finally {
      running = false;
    }
  }

  /** Send one entry; false when sending must rest until this person signs in. */
  async function attempt(entry: Entry): Promise<boolean> {
    try {
      await deliver(entry);
      failures = 0;
      removeEntry(userId, entry.key);
      settle(entry, false);
    } catch (error) {
      if (isSignedOut(error)) {
        change({ mood: "signed_out" });
        noticeLostSession(error);
        return false;
      }
      if (isTransient(error)) await pause(entry, error);
      else refuse(entry, error);
    }
    return true;
  }

  function isSignedOut(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false;
    const isForeign = error.code === "csrf" || signedInAs() !== userId;
    return error.status === 401 || (error.status === 403 && isForeign);
  }

  async function deliver(entry: Entry): Promise<void> {
    if (entry.kind === "label") labelIds.set(entry.key, (await sendLabel(entry.body, entry.key)).id);
    else if (entry.kind === "flag") await sendFlag(entry.body, entry.key);
    else {
      const labelId = labelIds.get(entry.of) ?? entry.labelId ?? (await askForLabel(entry));
      if (labelId !== null) await sendUndo(labelId, entry.key);
    }
  }

  /** What the service calls a label that another tab, or an earlier sitting, has sent; null when it was refused. */
  async function askForLabel({ of, label }: Undo): Promise<string | null> {
    if (!label) return null;
    try {
      return (await sendLabel(label.body, of)).id;
    } catch (error) {
      if (isTransient(error) || isSignedOut(error)) throw error;
      return null;
    }
  }

  function settle(done: Entry, isRefused: boolean): void {
    unkept.delete(done.key);
    change({ waiting: state.waiting.filter((entry) => entry.key !== done.key) });
    settledWatchers.forEach((watcher) => watcher(done, isRefused));
  }

  function refuse(entry: Entry, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    writeEntry(userId, entry, reason);
    if (entry.kind === "label" && entry.body.comment)
      restoreComment(userId, entry.project, entry.pair, entry.body.comment);
    change({ refused: [...state.refused, { key: entry.key, reason }] });
    settle(entry, true);
  }

  function pause(entry: Entry, error: unknown): Promise<void> {
    const asked = error instanceof ApiError ? error.retryAfter : null;
    const ms = asked === null ? (PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0) : asked * 1000;
    failures += 1;
    const why = whyOf(error);
    if (why === "failing") stumble(entry);
    change({ mood: "retrying", trouble: { why, until: asked === null ? null : Date.now() + ms } });
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One entry that always fails must not hold up the others: it goes behind them, with all that concerns its pair. */
  function stumble(entry: Entry): void {
    stumbled = { key: entry.key, times: stumbled.key === entry.key ? stumbled.times + 1 : 1 };
    if (stumbled.times < TRIES) return;
    stumbled = { key: "", times: 0 };
    const late = state.waiting.filter((other) => pairOf(other) === pairOf(entry));
    late.forEach(({ key }) => removeEntry(userId, key));
    late.forEach(keep);
    change({ waiting: [...state.waiting.filter((other) => !late.includes(other)), ...late] });
  }

  window.addEventListener("online", () => wake());
  window.addEventListener("pagehide", () => void run()); // what was judged last may not have been painted yet
  window.addEventListener("storage", ({ key }) => {
    if (key === null || !isItemOf(userId, key)) return;
    reread();
    clearTimeout(later);
    later = setTimeout(() => void run(), OTHER_TAB_MS);
  });

  return {
    snapshot: () => state,
    subscribe: (watcher: () => void) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    /** Called after the service has taken or refused an entry. */
    onSettled: (watcher: Settled) => {
      settledWatchers.add(watcher);
      return () => void settledWatchers.delete(watcher);
    },
    add: (entry: Entry) => {
      keep(entry);
      change({ waiting: [...state.waiting, entry] });
      afterPaint(() => void run()); // it is kept: the next pair goes first
    },
    /** Send what waits, now, what other tabs have left included. */
    flush: () => {
      reread();
      wake();
      void run();
    },
    forgetRefused: () => {
      state.refused.forEach(({ key }) => removeEntry(userId, key));
      change({ refused: [] });
    },
  };
}

function pairOf(entry: Entry): string {
  if (entry.kind === "label") return entry.pair;
  return (entry.kind === "undo" && entry.label?.pair) || entry.key;
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true; // the network, not the service
  return error.status >= 500 || TRANSIENT.includes(error.status);
}

function whyOf(error: unknown): Trouble["why"] {
  if (!(error instanceof ApiError)) return "network";
  return error.status === 429 || error.status === 503 ? "busy" : "failing";
}
