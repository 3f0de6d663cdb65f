// The prompt and its two answers, side by side or, on narrow screens, one below the other.
import { Button, Text } from "@mantine/core";
import { useState } from "react";

import type { Task } from "@/api/types";
import { Markdown } from "@/ui/Markdown";
import { Prompt, promptLine } from "@/ui/Prompt";

import classes from "./PairView.module.css";

const LONG = 900; // characters
const TURNS = 2;

export function PairView({ task }: { task: Task }) {
  return (
    <div className={classes.pair} key={task.lease}>
      <PromptBox content={task.prompt} />
      <div className={classes.answers}>
        <Answer number={1} text={task.left} />
        <Answer number={2} text={task.right} />
      </div>
    </div>
  );
}

function PromptBox({ content }: { content: Task["prompt"] }) {
  const isLong = promptLine(content).length > LONG || (typeof content !== "string" && content.length > TURNS);
  const [open, setOpen] = useState(false);
  return (
    <section aria-label="Prompt" className={classes.prompt}>
      <Text className={classes.label}>Prompt</Text>
      <div className={isLong && !open ? classes.folded : undefined} tabIndex={isLong && !open ? 0 : undefined}>
        <Prompt content={content} />
      </div>
      {isLong && (
        <Button variant="subtle" size="compact-sm" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Fold the prompt" : "Show the whole prompt"}
        </Button>
      )}
    </section>
  );
}

function Answer({ number, text }: { number: 1 | 2; text: string }) {
  return (
    <section aria-label={`Answer ${number}`} className={classes.answer}>
      <Text className={classes.label}>Answer {number}</Text>
      <Markdown text={text} />
    </section>
  );
}
