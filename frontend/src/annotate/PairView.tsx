// The prompt and its two answers, side by side or, on narrow screens, one below the other.
import { Button, Text, VisuallyHidden } from "@mantine/core";
import { type CSSProperties, memo, useLayoutEffect, useRef, useState } from "react";

import { Markdown } from "@/ui/Markdown";
import { NotLoaded } from "@/ui/NotLoaded";
import { Prompt, promptLine } from "@/ui/Prompt";

import classes from "./PairView.module.css";
import type { Shown, Verdict } from "./sitting";
import { type Difference, type Part, useDifference } from "./useDifference";
import { useScrollTogether } from "./useScrollTogether";
import type { View } from "./useView";
import { wordOf } from "./words";

const LONG = 900; // characters
const TURNS = 2;

type Props = {
  task: Pick<Shown, "prompt" | "left" | "right">;
  view: Pick<View, "size" | "together">;
  difference: boolean;
  /** What was said of this pair before its undo. */
  taken?: Verdict | null;
};

/** Memoised: a pair that was made ready ahead is shown without being rendered again. */
export const PairView = memo(function PairView({ task, view, difference: wantsDifference, taken = null }: Props) {
  const [difference, again] = useDifference(task.left, task.right, wantsDifference);
  const columns = useScrollTogether(view.together);
  const marked = difference !== null && typeof difference !== "string" ? difference : null;
  return (
    <div className={classes.pair} style={{ "--tb-text-size": `${view.size}rem` } as CSSProperties}>
      <PromptBox content={task.prompt} />
      {taken && (
        <Text size="sm" className={classes.note} role="status">
          You said “{wordOf(taken)}”. Judge it anew.
        </Text>
      )}
      {wantsDifference &&
        (difference === "not loaded" ? (
          <NotLoaded onAgain={again}>The comparison could not be loaded.</NotLoaded>
        ) : (
          <Text size="sm" className={classes.note} role="status">
            {wordsFor(difference)}
          </Text>
        ))}
      <div className={classes.answers} ref={columns}>
        <Answer number={1} text={task.left} parts={marked?.left} />
        <Answer number={2} text={task.right} parts={marked?.right} />
      </div>
    </div>
  );
});

function wordsFor(difference: Exclude<Difference, "not loaded"> | null): string {
  if (difference === null) return "Comparing the answers…";
  if (difference === "same") return "Both answers are the same, to the letter.";
  if (difference === "too much") return "The answers have too little in common to be compared word by word.";
  return "Underlined: words that stand in this answer only. The texts are shown as they were written, unformatted.";
}

function PromptBox({ content }: { content: Shown["prompt"] }) {
  const isLong = promptLine(content).length > LONG || (typeof content !== "string" && content.length > TURNS);
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const folds = isLong && !open;
  useLayoutEffect(() => {
    // Of a folded conversation the last turn is in sight: it is what the answers reply to.
    if (box.current && folds && typeof content !== "string") box.current.scrollTop = box.current.scrollHeight;
  }, [folds, content]);
  return (
    <section aria-label="Prompt" className={`${classes.prompt ?? ""} ${open ? (classes.open ?? "") : ""}`}>
      <div className={classes.head}>
        <Text className={classes.label}>Prompt</Text>
        {isLong && (
          <Button variant="subtle" size="compact-xs" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Fold the prompt" : "Show the whole prompt"}
          </Button>
        )}
      </div>
      <div ref={box} className={isLong ? classes.folding : undefined} tabIndex={isLong ? 0 : undefined}>
        <Prompt content={content} />
      </div>
    </section>
  );
}

function Answer({ number, text, parts }: { number: 1 | 2; text: string; parts: Part[] | undefined }) {
  return (
    <section aria-label={`Answer ${number}`} className={classes.answer}>
      <Text className={classes.label}>Answer {number}</Text>
      <div className={classes.body} tabIndex={0} data-column>
        {parts ? <Marked parts={parts} /> : <Markdown text={text} />}
      </div>
    </section>
  );
}

function Marked({ parts }: { parts: Part[] }) {
  return (
    <div className={classes.marked} dir="auto">
      {parts.map(({ text, isOnly }, index) =>
        isOnly && text.trim() !== "" ? (
          <mark key={index} className={classes.only}>
            <VisuallyHidden>[only here: </VisuallyHidden>
            {text}
            <VisuallyHidden>]</VisuallyHidden>
          </mark>
        ) : (
          <span key={index}>{text}</span>
        ),
      )}
    </div>
  );
}
