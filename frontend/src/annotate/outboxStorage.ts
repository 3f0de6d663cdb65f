// The outbox's entries in the browser's storage, one item each, so that two tabs never overwrite each other.
import type { Entry } from "./outbox";

const PREFIX = "tiebreak.outbox";
const UNREADABLE = "Something that this browser had kept for sending could not be read.";
let last = 0;

/** What the service refused, with its reason, stays until somebody has read that. */
export type Refused = { key: string; reason: string };
type Stored = { at: number; entry: Entry; refused?: string };

/** What waits for this person, oldest first. */
export function readEntries(userId: string): Entry[] {
  const kept = [...readAll(userId).values()].filter((stored) => stored !== null).sort((a, b) => a.at - b.at);
  // The clock may have been put back since these were written, and an undo must stay behind its label.
  last = Math.max(last, kept.at(-1)?.at ?? 0);
  return kept.filter(({ refused }) => refused === undefined).map(({ entry }) => entry);
}

/** What was refused, and what cannot be read. */
export function readRefused(userId: string): Refused[] {
  return [...readAll(userId)].flatMap(([key, stored]) => {
    const reason = stored === null ? UNREADABLE : stored.refused;
    return reason === undefined ? [] : [{ key, reason }];
  });
}

/** Keep an entry; one that is kept already holds its place. False when the storage is full or forbidden. */
export function writeEntry(userId: string, entry: Entry, refused?: string): boolean {
  last = Math.max(last + 1, Date.now());
  const at = read(itemName(userId, entry.key))?.at ?? last;
  const stored: Stored = { at, entry, ...(refused !== undefined && { refused }) };
  try {
    localStorage.setItem(itemName(userId, entry.key), JSON.stringify(stored));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

export function removeEntry(userId: string, key: string): void {
  localStorage.removeItem(itemName(userId, key));
}

/** Whether an item of the storage belongs to this person's outbox. */
export const isItemOf = (userId: string, name: string) => name.startsWith(itemName(userId, ""));

const itemName = (userId: string, key: string) => `${PREFIX}.${userId}.${key}`;

/** All items by their key; null for one that cannot be read. */
function readAll(userId: string): Map<string, Stored | null> {
  const start = itemName(userId, "");
  const names = Object.keys(localStorage).filter((name) => name.startsWith(start));
  return new Map(names.map((name) => [name.slice(start.length), read(name)]));
}

function read(name: string): Stored | null {
  try {
    const stored = JSON.parse(localStorage.getItem(name) ?? "null") as Partial<Stored> | null;
    return typeof stored?.at === "number" && typeof stored.entry?.key === "string" ? (stored as Stored) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
