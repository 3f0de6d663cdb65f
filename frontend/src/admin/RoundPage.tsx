// One round as it goes: state, funnel, labels so far, and its pairs.
import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { isBusy, roundQuery, useCloseRound, useRetryRound } from "@/api/rounds";
import type { Round } from "@/api/types";
import { useParam } from "@/ui/address";
import { ErrorNote } from "@/ui/ErrorNote";
import { time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { Figures } from "./Figures";
import { Funnel } from "./Funnel";
import { PairsTable } from "./PairsTable";
import { Work } from "./Work";

export function RoundPage() {
  const roundId = useParam("roundId");
  const round = useQuery(roundQuery(roundId));
  return <ResultOf query={round}>{(row) => <OneRound round={row} />}</ResultOf>;
}

function OneRound({ round }: { round: Round }) {
  return (
    <Page title={`Round ${round.number}`} actions={<Actions round={round} />}>
      {round.error && (
        <Alert color="red" variant="light" title="This round failed" role="alert">
          {round.error}
        </Alert>
      )}
      {round.note && (
        <Alert color="blue" variant="light" title="Note">
          {round.note}
        </Alert>
      )}
      {isBusy(round) && (
        <Work label={`The round is ${round.status}`} done={round.done} total={round.total} unit="done" />
      )}
      {round.slots > 0 && <Work label="Labelled" done={round.labelled} total={round.slots} unit="labels" />}
      <Figures
        figures={[
          ["State", <Status key="state" status={round.status} />],
          ["Rule", round.rule_used ?? round.config.rule],
          ["Control share", `${round.config.control_share * 100} %`],
          ["Seed", round.seed],
          ["Started", time(round.created_at)],
          ["Opened", time(round.opened_at)],
        ]}
      />
      <Funnel funnel={round.funnel} />
      {round.slots > 0 && (
        <Stack component="section" gap="sm">
          <Title order={2}>Pairs</Title>
          <Text size="sm" c="dimmed">
            In the order in which they are asked. Annotators see none of these figures.
          </Text>
          <PairsTable roundId={round.id} />
        </Stack>
      )}
    </Page>
  );
}

function Actions({ round }: { round: Round }) {
  const close = useCloseRound(round.id);
  const retry = useRetryRound(round.id);
  return (
    <Group>
      <ErrorNote error={close.error ?? retry.error} />
      {round.status === "open" && (
        <Button variant="default" loading={close.isPending} onClick={() => close.mutate()}>
          Close the round
        </Button>
      )}
      {round.status === "failed" && (
        <Button loading={retry.isPending} onClick={() => retry.mutate()}>
          Retry
        </Button>
      )}
    </Group>
  );
}
