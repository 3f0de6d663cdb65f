// Says whether the labels given here have reached the service. "Saved" appears after the service said so, never before.
import { Alert, Button, Group, Text, VisuallyHidden } from "@mantine/core";
import { useSyncExternalStore } from "react";

import { Countdown } from "./Countdown";
import { outboxOf, type OutboxState } from "./outbox";

export function SaveMark({ userId }: { userId: string }) {
  const outbox = outboxOf(userId);
  const state = useSyncExternalStore(outbox.subscribe, outbox.snapshot);
  const { mood, waiting, trouble, refused, isKept } = state;
  const isStuck = mood === "retrying" || mood === "signed_out";
  const until = mood === "retrying" ? trouble?.until : null;
  return (
    <>
      <Text size="sm" c={isStuck ? "var(--mantine-color-error)" : "dimmed"} className="tb-number" miw={64}>
        {isStuck ? whyOf(state) : wordsFor(waiting.length)}
        {until && (
          <Countdown key={until} to={until}>
            {(seconds) => (seconds > 0 ? ` in ${seconds} s` : "")}
          </Countdown>
        )}
        {isStuck && `, ${waiting.length} waiting`}
      </Text>
      {/* Spoken when it changes: trouble is, each label is not. */}
      <VisuallyHidden role="status">{isStuck && whyOf(state)}</VisuallyHidden>
      {isStuck && (
        <Button size="compact-sm" variant="default" onClick={outbox.flush}>
          Try now
        </Button>
      )}
      {isStuck && !isKept && (
        <Alert color="yellow" w="100%" title="Keep this tab open until all is saved" role="alert">
          This browser has no room left: what waits here would not outlast a reload.
        </Alert>
      )}
      {refused.length > 0 && (
        <Alert color="red" w="100%" title={refusedTitle(refused.length)} role="alert">
          <Group justify="space-between">
            <Text size="sm">{[...new Set(refused.map(({ reason }) => reason))].join(" ")}</Text>
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

function wordsFor(waiting: number): string {
  if (waiting === 0) return "Saved";
  return waiting > 1 ? `Saving ${waiting}…` : "Saving…";
}

function whyOf({ mood, trouble }: OutboxState): string {
  if (mood === "signed_out") return "Signed out";
  if (!navigator.onLine) return "Offline";
  if (trouble?.why === "busy") return "The service is busy, trying again";
  if (trouble?.why === "failing") return "The service has trouble, trying again";
  return "Not saved yet, trying again";
}
