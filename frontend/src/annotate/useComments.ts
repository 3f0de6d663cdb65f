// Comments that are being written, by pair: kept in the browser until their verdict is given, so that a reload loses none.
// One item of the storage each, named by person, project and pair: no two tabs write into the same one.
import { useState } from "react";

export function useComments(userId: string, projectId: string) {
  const start = `tiebreak.comment.${userId}.${projectId}.`;
  const [comments, setComments] = useState(() => readAll(start)); // by pair: an undo may bring another one up
  return {
    of: (pair: string): string | undefined => comments[pair],
    write: (pair: string, text: string) => {
      setComments((all) => ({ ...all, [pair]: text }));
      keep(start + pair, text);
    },
    drop: (pair: string) => {
      if (!(pair in comments)) return;
      setComments((all) => Object.fromEntries(Object.entries(all).filter(([other]) => other !== pair)));
      localStorage.removeItem(start + pair);
    },
    /** Pairs that are not lent to this page any more leave nothing in the browser. */
    keepOnly: (pairs: string[]) => {
      const wanted = new Set(pairs.map((pair) => start + pair));
      namesFrom(start)
        .filter((name) => !wanted.has(name))
        .forEach((name) => localStorage.removeItem(name));
    },
  };
}

function readAll(start: string): Record<string, string> {
  return Object.fromEntries(
    namesFrom(start).map((name) => [name.slice(start.length), localStorage.getItem(name) ?? ""]),
  );
}

const namesFrom = (start: string) => Object.keys(localStorage).filter((name) => name.startsWith(start));

function keep(name: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch (error) {
    // Full or forbidden: the comment stays as long as the page does.
    if (!(error instanceof DOMException)) throw error;
  }
}
