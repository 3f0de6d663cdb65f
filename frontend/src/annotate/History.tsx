// The last ten labels, newest first; each can be taken back, which brings its pair on screen again.
import { Button, Text } from "@mantine/core";
import { memo } from "react";

import { promptLine } from "@/ui/Prompt";

import { oncePressed } from "./Hint";
import classes from "./History.module.css";
import type { Judged } from "./sitting";
import { wordOf } from "./words";

type Props = {
  /** Null while it is not known what was labelled before. */
  history: readonly Judged[] | null;
  onUndo: (judged: Judged) => void;
};

export const History = memo(function History(props: Props) {
  return (
    <aside className={classes.aside} aria-label="Your last labels">
      <p className={classes.title}>Your last labels</p>
      <HistoryList {...props} />
    </aside>
  );
});

export function HistoryList({ history, onUndo }: Props) {
  if (history === null) return null;
  if (history.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None yet. The last ten appear here, and each can be undone or changed.
      </Text>
    );
  }
  return (
    <ol className={classes.list}>
      {history.toReversed().map((judged) => (
        <Item key={judged.key} judged={judged} onUndo={onUndo} />
      ))}
    </ol>
  );
}

const Item = memo(function Item({ judged, onUndo }: { judged: Judged; onUndo: (judged: Judged) => void }) {
  const prompt = promptLine(judged.task.prompt).slice(0, 200);
  const word = wordOf(judged.verdict);
  return (
    <li className={classes.item}>
      <div className={classes.words}>
        <p className={classes.word}>{word}</p>
        <p className={classes.prompt}>{prompt}</p>
      </div>
      <Button
        variant="subtle"
        size="compact-xs"
        aria-label={`Undo or change “${word}” on: ${prompt.slice(0, 60)}`}
        {...oncePressed(() => onUndo(judged))}
      >
        Change
      </Button>
    </li>
  );
});
