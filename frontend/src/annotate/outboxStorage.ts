// The outbox's entries in the browser's storage, one item each, so that two tabs never overwrite each other.
import type { Entry } from "./outbox";

const PREFIX = "tiebreak.outbox";
let last = 0;

type Stored = { at: number; entry: Entry };

/** What waits for this person, oldest first. */
export function readEntries(userId: string): Entry[] {
  const kept = Object.keys(localStorage)
    .filter((name) => name.startsWith(`${PREFIX}.${userId}.`))
    .map((name) => JSON.parse(localStorage.getItem(name) ?? "null") as Stored | null)
    .filter((stored) => stored !== null)
    .sort((a, b) => a.at - b.at);
  // The clock may have been put back since these were written, and an undo must stay behind its label.
  last = Math.max(last, kept.at(-1)?.at ?? 0);
  return kept.map(({ entry }) => entry);
}

/** Keep an entry; one that is kept already holds its place. */
export function writeEntry(userId: string, entry: Entry): void {
  const name = itemName(userId, entry);
  const kept = JSON.parse(localStorage.getItem(name) ?? "null") as Stored | null;
  last = Math.max(last + 1, Date.now());
  localStorage.setItem(name, JSON.stringify({ at: kept?.at ?? last, entry } satisfies Stored));
}

export function removeEntry(userId: string, entry: Entry): void {
  localStorage.removeItem(itemName(userId, entry));
}

const itemName = (userId: string, entry: Entry) => `${PREFIX}.${userId}.${entry.key}`;
