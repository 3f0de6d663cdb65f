// Labels, undos and flags on their way to the service: kept in the browser until the service said that it has them.
// Knows nothing of pairs and pages.
import { sendFlag, sendLabel, sendUndo } from "@/api/annotate";
import { noticeLostSession } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { FlagCreate, LabelCreate } from "@/api/types";

import { readEntries, removeEntry, writeEntry } from "./outboxStorage";

export type Entry =
  | { kind: "label"; key: string; project: string; pair: string; body: LabelCreate }
  | { kind: "undo"; key: string; project: string; of: string; labelId: string | null }
  | { kind: "flag"; key: string; project: string; body: FlagCreate };

/** Why what waits is not saved yet; `seconds` is the time after which the service wants to be asked again. */
export type Trouble = { why: "network" | "busy" | "failing"; seconds: number | null };

export type OutboxState = {
  waiting: readonly Entry[];
  mood: "idle" | "sending" | "retrying" | "signed_out";
  trouble: Trouble | null;
  refused: readonly { entry: Entry; reason: string }[];
};

export type Outbox = ReturnType<typeof createOutbox>;

const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000];
const TRANSIENT = [408, 425, 429];
const boxes = new Map<string, Outbox>();

/** The outbox of a person: one per tab, kept while pages come and go, so that leaving a page loses nothing. */
export function outboxOf(userId: string): Outbox {
  const box = boxes.get(userId) ?? createOutbox(userId);
  boxes.set(userId, box);
  return box;
}

function createOutbox(userId: string) {
  let state: OutboxState = { waiting: readEntries(userId), mood: "idle", trouble: null, refused: [] };
  let running = false;
  let failures = 0;
  let wake: () => void = () => undefined;
  const labelIds = new Map<string, string>();
  const watchers = new Set<() => void>();
  const settledWatchers = new Set<(entry: Entry) => void>();

  function change(part: Partial<OutboxState>): void {
    state = { ...state, ...part };
    watchers.forEach((watcher) => watcher());
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    try {
      for (let entry = state.waiting[0]; entry; entry = state.waiting[0]) {
        change({ mood: failures > 0 ? "retrying" : "sending" });
        if (!(await attempt(entry))) return;
      }
      change({ mood: "idle", trouble: null });
    } finally {
      running = false;
    }
  }

  /** Send one entry; false when sending must rest until somebody signs in. */
  async function attempt(entry: Entry): Promise<boolean> {
    try {
      await deliver(entry);
      failures = 0;
      settle(entry);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        change({ mood: "signed_out" });
        noticeLostSession(error);
        return false;
      }
      if (!isTransient(error)) refuse(entry, error);
      else {
        change({ mood: "retrying", trouble: troubleOf(error) });
        await pause(error);
      }
    }
    return true;
  }

  async function deliver(entry: Entry): Promise<void> {
    if (entry.kind === "label") name(entry.key, (await sendLabel(entry.body, entry.key)).id);
    else if (entry.kind === "flag") await sendFlag(entry.body, entry.key);
    else if (entry.labelId !== null) await sendUndo(entry.labelId, entry.key); // else its label was refused
  }

  /** Tell the undos that wait for this label what the service calls it. */
  function name(key: string, labelId: string): void {
    labelIds.set(key, labelId);
    const waiting = state.waiting.map((entry) =>
      entry.kind === "undo" && entry.of === key ? { ...entry, labelId } : entry,
    );
    waiting.filter((entry) => entry.kind === "undo" && entry.of === key).forEach((entry) => writeEntry(userId, entry));
    state = { ...state, waiting };
  }

  function settle(done: Entry): void {
    removeEntry(userId, done);
    change({ waiting: state.waiting.filter((entry) => entry.key !== done.key) });
    settledWatchers.forEach((watcher) => watcher(done));
  }

  function refuse(entry: Entry, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    settle(entry);
    change({ refused: [...state.refused, { entry, reason }] });
  }

  function pause(error: unknown): Promise<void> {
    const asked = error instanceof ApiError ? error.retryAfter : null;
    const ms = asked === null ? (PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0) : asked * 1000;
    failures += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  window.addEventListener("online", () => wake());

  return {
    snapshot: () => state,
    subscribe: (watcher: () => void) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    /** Called after the service has taken or refused an entry. */
    onSettled: (watcher: (entry: Entry) => void) => {
      settledWatchers.add(watcher);
      return () => void settledWatchers.delete(watcher);
    },
    add: (entry: Entry) => {
      const named = entry.kind === "undo" ? { ...entry, labelId: labelIds.get(entry.of) ?? entry.labelId } : entry;
      writeEntry(userId, named);
      change({ waiting: [...state.waiting, named] });
      void run();
    },
    /** Send what waits, now. */
    flush: () => {
      wake();
      void run();
    },
    forgetRefused: () => change({ refused: [] }),
  };
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true; // the network, not the service
  return error.status >= 500 || TRANSIENT.includes(error.status);
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) return { why: "network", seconds: null };
  return { why: error.status === 429 || error.status === 503 ? "busy" : "failing", seconds: error.retryAfter };
}
