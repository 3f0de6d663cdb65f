// The last ten labels, newest first; each can be taken back, which brings its pair on screen again.
import { Button, Text } from "@mantine/core";

import { promptLine } from "@/ui/Prompt";

import classes from "./History.module.css";
import type { Judged } from "./sitting";
import { wordOf } from "./words";

type Props = { history: readonly Judged[]; onUndo: (judged: Judged) => void };

export function History(props: Props) {
  return (
    <aside className={classes.aside} aria-label="Your last labels">
      <Text className={classes.title}>Your last labels</Text>
      <HistoryList {...props} />
    </aside>
  );
}

export function HistoryList({ history, onUndo }: Props) {
  if (history.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None yet. The last ten appear here, and each can be undone or changed.
      </Text>
    );
  }
  return (
    <ol className={classes.list}>
      {history.toReversed().map((judged) => {
        const prompt = promptLine(judged.task.prompt).slice(0, 200);
        const word = wordOf(judged.verdict);
        return (
          <li key={judged.key} className={classes.item}>
            <div className={classes.words}>
              <Text size="sm" fw={600}>
                {word}
              </Text>
              <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
                {prompt}
              </Text>
            </div>
            <Button
              variant="subtle"
              size="compact-xs"
              aria-label={`Undo or change “${word}” on: ${prompt.slice(0, 60)}`}
              onClick={() => onUndo(judged)}
            >
              Change
            </Button>
          </li>
        );
      })}
    </ol>
  );
}
