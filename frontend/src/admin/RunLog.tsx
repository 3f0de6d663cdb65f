// What the process of a training run wrote, as it writes it.
import { Button, Code, Group, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { isRunning, logQuery, logUrl } from "@/api/training";
import type { TrainingRun } from "@/api/types";
import { ResultOf } from "@/ui/ResultOf";

const NEAR_THE_END_PX = 40;

export function RunLog({ run }: { run: TrainingRun }) {
  const log = useQuery({ ...logQuery(run.id, isRunning(run)), placeholderData: keepPreviousData });
  return (
    <Stack component="section" gap="sm">
      <Group justify="space-between">
        <Title order={2}>Log</Title>
        {log.data && (
          <Button variant="default" size="compact-sm" component="a" href={logUrl(run.id)} download>
            Download the log
          </Button>
        )}
      </Group>
      <ResultOf query={log}>
        {(text) =>
          text ? <Lines text={text} /> : <Text c="dimmed">The training process has not written anything yet.</Text>
        }
      </ResultOf>
    </Stack>
  );
}

/** Follows the end of the log until the reader scrolls up. */
function Lines({ text }: { text: string }) {
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <Code
      block
      ref={box}
      tabIndex={0}
      role="region"
      aria-label="Log of the run"
      mah={320}
      style={{ overflow: "auto", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
      }}
    >
      {text}
    </Code>
  );
}
