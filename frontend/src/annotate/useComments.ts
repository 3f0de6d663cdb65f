// Comments that are being written, by pair: kept in the browser until their verdict is given, so that a reload loses none.
// One item of the storage each, named by person, project and pair: no two tabs write into the same one.
import { useState } from "react";

type Comments = Readonly<Record<string, string>>;
const NONE: Comments = {};

export function useComments(userId: string, projectId: string) {
  const start = `tiebreak.comment.${userId}.${projectId}.`;
  const [comments, setComments] = useState(() => readAll(start)); // by pair: an undo may bring another one up
  const [astray, setAstray] = useState(NONE);
  const forget = (pairs: string[]) => {
    setComments((all) => without(all, pairs));
    pairs.forEach((pair) => localStorage.removeItem(start + pair));
  };
  return {
    of: (pair: string): string | undefined => comments[pair],
    write: (pair: string, text: string) => {
      setComments((all) => ({ ...all, [pair]: text }));
      keep(start + pair, text);
    },
    drop: (pair: string) => {
      if (pair in comments) forget([pair]);
    },
    /** What was written on pairs that are somebody else's by now. */
    astray: Object.values(astray),
    /** Tells which pairs are lent to this page: what was written on others has gone astray. */
    compare: (pairs: string[]) => {
      const others = without(comments, pairs);
      forget(Object.keys(others).filter((pair) => others[pair]?.trim() === ""));
      const found = Object.entries(others).filter(([, text]) => text.trim() !== "");
      setAstray(found.length > 0 ? Object.fromEntries(found) : NONE);
    },
    forgetAstray: () => {
      forget(Object.keys(astray));
      setAstray(NONE);
    },
  };
}

const without = (comments: Comments, pairs: string[]): Comments =>
  pairs.some((pair) => pair in comments)
    ? Object.fromEntries(Object.entries(comments).filter(([pair]) => !pairs.includes(pair)))
    : comments;

function readAll(start: string): Comments {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(start));
  return Object.fromEntries(names.map((name) => [name.slice(start.length), localStorage.getItem(name) ?? ""]));
}

function keep(name: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch (error) {
    // Full or forbidden: the comment stays as long as the page does.
    if (!(error instanceof DOMException)) throw error;
  }
}
