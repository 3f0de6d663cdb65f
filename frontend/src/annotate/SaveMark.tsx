// Says whether the labels given here have reached the service. "Saved" appears after the service said so, never before.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useSyncExternalStore } from "react";

import { outboxOf, type OutboxState } from "./outbox";

const COLOR: Record<OutboxState["mood"], string> = {
  idle: "var(--mantine-color-dimmed)",
  sending: "var(--mantine-color-dimmed)",
  retrying: "var(--mantine-color-error)",
  signed_out: "var(--mantine-color-error)",
};

export function SaveMark({ userId }: { userId: string }) {
  const outbox = outboxOf(userId);
  const state = useSyncExternalStore(outbox.subscribe, outbox.snapshot);
  return (
    <>
      <Text size="sm" c={COLOR[state.mood]} role="status" ml="auto">
        {wordsFor(state)}
      </Text>
      {(state.mood === "retrying" || state.mood === "signed_out") && (
        <Button size="compact-sm" variant="default" onClick={outbox.flush}>
          Try now
        </Button>
      )}
      {state.refused.length > 0 && (
        <Alert color="red" w="100%" title="The service refused what was sent" role="alert">
          <Group justify="space-between">
            <Text size="sm">{[...new Set(state.refused.map(({ reason }) => reason))].join(" ")}</Text>
            <Button size="compact-sm" variant="default" onClick={outbox.forgetRefused}>
              Understood
            </Button>
          </Group>
        </Alert>
      )}
    </>
  );
}

function wordsFor({ mood, waiting }: OutboxState): string {
  switch (mood) {
    case "idle":
      return "Saved";
    case "sending":
      return waiting.length > 1 ? `Saving ${waiting.length}…` : "Saving…";
    case "retrying":
      return `${navigator.onLine ? "Not saved yet, trying again" : "Offline"}, ${waiting.length} waiting`;
    case "signed_out":
      return `Signed out, ${waiting.length} waiting`;
  }
}
