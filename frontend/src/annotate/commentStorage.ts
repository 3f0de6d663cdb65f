// Comments that are being written, in the browser's storage: one item for each pair, so that no two tabs write into one.
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;

type Stored = { at: number; text: string };

const startOf = (userId: string, projectId: string) => `tiebreak.comment.${userId}.${projectId}.`;

/** By pair; what a month has passed over, on a pair that somebody else has judged by then, is removed. */
export function readComments(userId: string, projectId: string): Record<string, string> {
  const start = startOf(userId, projectId);
  const found: Record<string, string> = {};
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(start))) {
    const stored = read(name);
    if (stored && Date.now() - stored.at < MONTH_MS) found[name.slice(start.length)] = stored.text;
    else localStorage.removeItem(name);
  }
  return found;
}

export function keepComment(userId: string, projectId: string, pair: string, text: string): void {
  const stored: Stored = { at: Date.now(), text };
  try {
    localStorage.setItem(startOf(userId, projectId) + pair, JSON.stringify(stored));
  } catch (error) {
    // Full or forbidden: the comment stays as long as the page does.
    if (!(error instanceof DOMException)) throw error;
  }
}

/** The comment of a label that was refused is being written again, unless a newer one on its pair is. */
export function restoreComment(userId: string, projectId: string, pair: string, text: string): void {
  if (read(startOf(userId, projectId) + pair) === null) keepComment(userId, projectId, pair, text);
}

export function removeComment(userId: string, projectId: string, pair: string): void {
  localStorage.removeItem(startOf(userId, projectId) + pair);
}

function read(name: string): Stored | null {
  try {
    const stored = JSON.parse(localStorage.getItem(name) ?? "null") as Partial<Stored> | null;
    return typeof stored?.at === "number" && typeof stored.text === "string" ? (stored as Stored) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
