// Why there is no pair on screen, truthfully, and when the page looks again.
import { Button, Loader, Text, Title } from "@mantine/core";
import { useMutation, type UseQueryResult } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

import type { Claim } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";

import { Countdown } from "./Countdown";
import { Middle } from "./Middle";
import { outboxOf } from "./outbox";
import { isPracticeFirst, secondsToRetry } from "./useTask";

type Props = { claim: UseQueryResult<Claim>; userId: string; onNewPractice: () => Promise<boolean> };

export function NothingToDo({ claim, userId, onNewPractice }: Props) {
  const { data, error, dataUpdatedAt, refetch } = claim;
  const outbox = outboxOf(userId);
  const { waiting, trouble } = useSyncExternalStore(outbox.subscribe, outbox.snapshot);
  if (isPracticeFirst(error)) return <PracticeFirst onNewPractice={onNewPractice} onLookAgain={refetch} />;
  if (error) {
    return (
      <Middle>
        <ErrorNote error={error} title="No pair could be fetched" />
        <Button variant="default" onClick={() => void refetch()}>
          Try again
        </Button>
      </Middle>
    );
  }
  if (claim.fetchStatus === "paused" && (!data || data.state === "ready")) {
    return (
      <Middle>
        <Title order={1}>You are offline</Title>
        <Text>All pairs that were loaded ahead are judged. This page goes on by itself when the network is back.</Text>
        <Text>What you labelled is kept in this browser until then.</Text>
      </Middle>
    );
  }
  if (data?.state === "ready" && trouble && waiting.length > 0) {
    return (
      <Middle>
        <Title order={1}>Your labels wait to be sent</Title>
        <Text>The next pairs come once the service has taken what waits ({waiting.length}). Nothing is lost.</Text>
      </Middle>
    );
  }
  if (!data || data.state === "ready") {
    return (
      <Middle>
        <Loader aria-label="Loading the next pair" />
      </Middle>
    );
  }
  const [title, text] = wordsFor(data);
  const again = dataUpdatedAt + secondsToRetry({ data, error }, waiting.length) * 1000;
  return (
    <Middle>
      <div role="status">
        <Title order={1}>{title}</Title>
        <Text mt="sm">{text}</Text>
      </div>
      <Text size="sm" c="dimmed" className="tb-number" ta="center">
        <Countdown key={again} to={again}>
          {(seconds) => (seconds > 0 ? `Looking again in ${seconds} s.` : "Looking…")}
        </Countdown>
      </Text>
      <Button variant="default" loading={claim.isFetching} onClick={() => void refetch()}>
        Look now
      </Button>
    </Middle>
  );
}

type PracticeProps = { onNewPractice: () => Promise<boolean>; onLookAgain: () => Promise<unknown> };

function PracticeFirst({ onNewPractice, onLookAgain }: PracticeProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      if (!(await onNewPractice())) await onLookAgain();
    },
  });
  return (
    <Middle>
      <div role="status">
        <Title order={1}>Practice comes first</Title>
        <Text mt="sm">
          There are practice pairs that you have not answered. The next pair to label comes after them.
        </Text>
      </div>
      <ErrorNote error={error} title="The practice set could not be loaded" />
      <Button loading={isPending} onClick={() => mutate()}>
        Start practice
      </Button>
    </Middle>
  );
}

function wordsFor({ state, held_by_others: held, paused }: Claim): [string, string] {
  switch (state) {
    case "held":
      return [
        "Others have the rest",
        held === 1 ? "Somebody else is at the last pair." : `Other people hold the last ${held} pairs.`,
      ];
    case "scoring":
      return ["New pairs are on their way", "They are being sampled and scored right now."];
    case "done":
      return ["All done", "Every open pair is labelled. Thank you!"];
    case "paused":
      return [
        paused === "person" ? "You are paused" : "Labelling is paused",
        paused === "person"
          ? "An admin has paused your work. Whatever you have labelled is kept."
          : "An admin has paused this project for everybody. Whatever was labelled is kept.",
      ];
    case "empty":
    case "ready":
      return ["Nothing to label yet", "No pairs have been opened in this project."];
  }
}
