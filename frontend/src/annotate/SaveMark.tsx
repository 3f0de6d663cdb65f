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
      <Text size="sm" c={COLOR[state.mood]} role="status" className="tb-number" miw={64}>
        {wordsFor(state)}
      </Text>
      {(state.mood === "retrying" || state.mood === "signed_out") && (
        <Button size="compact-sm" variant="default" onClick={outbox.flush}>
          Try now
        </Button>
      )}
      {state.refused.length > 0 && (
        <Alert color="red" w="100%" title={refusedTitle(state.refused.length)} role="alert">
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

const refusedTitle = (amount: number) =>
  amount === 1 ? "The service refused what was sent" : `The service refused ${amount} things that were sent`;

function wordsFor({ mood, waiting, trouble }: OutboxState): string {
  switch (mood) {
    case "idle":
      return "Saved";
    case "sending":
      return waiting.length > 1 ? `Saving ${waiting.length}…` : "Saving…";
    case "retrying":
      return `${whyOf(trouble)}, ${waiting.length} waiting`;
    case "signed_out":
      return `Signed out, ${waiting.length} waiting`;
  }
}

function whyOf(trouble: OutboxState["trouble"]): string {
  if (!navigator.onLine) return "Offline";
  if (trouble?.why === "busy") {
    const pause = trouble.seconds === null ? "" : ` in ${trouble.seconds} s`;
    return `The service is busy, trying again${pause}`;
  }
  if (trouble?.why === "failing") return "The service has trouble, trying again";
  return "Not saved yet, trying again";
}
