// A text as it was written: where formatting it would hold up the page, or fails.
import { CatchBoundary } from "@tanstack/react-router";
import type { ReactNode } from "react";

import classes from "./Markdown.module.css";

const CHUNK = 4000; // characters of a long text that are laid out together, once they come near the window

type Props = { text: string; /** Why it is not formatted, which a reader could else not know. */ why: string };

/** In parts: those that are far from the window are not laid out. */
export function PlainText({ text, why }: Props) {
  return (
    <>
      <p role="note" className={classes.note}>
        Shown as written: {why}
      </p>
      <div className={`${classes.text ?? ""} ${classes.plain ?? ""}`}>
        {chunksOf(text).map((chunk, index) => (
          <div key={index} className={classes.chunk} dir="auto">
            {chunk}
          </div>
        ))}
      </div>
    </>
  );
}

/** What a parser stumbles over, such as a thousand lists in one another, is still there to be read. */
export function OrPlainText({ text, children }: { text: string; children: ReactNode }) {
  return (
    <CatchBoundary
      getResetKey={() => text}
      errorComponent={() => <PlainText text={text} why="it could not be formatted" />}
    >
      {children}
    </CatchBoundary>
  );
}

/** The text in parts that end with a line, or with a word where lines are very long. */
function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  for (let start = 0; start < text.length;) {
    const rest = text.slice(start, start + CHUNK);
    const cut = Math.max(rest.lastIndexOf("\n"), rest.length < CHUNK ? CHUNK : -1);
    const length = cut >= 0 ? cut + 1 : Math.max(rest.lastIndexOf(" ") + 1, 0) || CHUNK;
    chunks.push(text.slice(start, start + length));
    start += length;
  }
  return chunks;
}
