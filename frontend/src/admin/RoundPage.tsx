// One round as it goes: state, funnel, scores, labels so far, and its pairs.
import { Alert, Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { isBusy, roundQuery, scoresQuery, useCloseRound, useRetryRound } from "@/api/rounds";
import type { Histogram, Round } from "@/api/types";
import { useParam } from "@/ui/address";
import { Chart } from "@/ui/Chart";
import { ErrorNote } from "@/ui/ErrorNote";
import { count, figure, many, percent, time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { Figures } from "./Figures";
import { Funnel } from "./Funnel";
import { PairsTable } from "./PairsTable";
import { Question } from "./Question";
import { ruleName } from "./roundFields";
import { Work } from "./Work";

export function RoundPage() {
  const roundId = useParam("roundId");
  const round = useQuery(roundQuery(roundId));
  return <ResultOf query={round}>{(row) => <OneRound round={row} />}</ResultOf>;
}

function OneRound({ round }: { round: Round }) {
  const isOpened = round.slots > 0;
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
      {isOpened && <Work label="Labelled" done={round.labelled} total={round.slots} unit="labels" />}
      <Figures
        figures={[
          ["State", <Status key="state" status={round.status} />],
          ["Rule", ruleName(round.rule_used ?? round.config.rule)],
          ["Control share", percent(round.config.control_share, 0)],
          ["Labels per pair", count(round.config.labels_per_pair)],
          ["Started", time(round.created_at)],
          [round.closed_at ? "Closed" : "Opened", time(round.closed_at ?? round.opened_at)],
        ]}
      />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Funnel round={round} />
        {isOpened && <Scores round={round} />}
      </SimpleGrid>
      {isOpened && (
        <Stack component="section" gap="sm">
          <Title order={2}>Pairs</Title>
          <PairsTable round={round} />
        </Stack>
      )}
    </Page>
  );
}

const SERIES: Record<string, string> = {
  active: "Chosen by the rule",
  control: "Control",
  passed_over: "Not chosen",
};

function Scores({ round }: { round: Round }) {
  const scores = useQuery(scoresQuery(round.id));
  return (
    <ResultOf query={scores} height={300}>
      {(histogram) =>
        histogram === null ? (
          <Text size="sm" c="dimmed">
            This round&apos;s rule scores nothing: every pair had the same chance.
          </Text>
        ) : (
          <Stack gap={6}>
            <Chart
              title={"passed_over" in histogram.counts ? "Scores of all candidates" : "Scores of the chosen pairs"}
              x={{ label: "Acquisition score" }}
              y={{ label: "Pairs", format: count }}
              kind="bars"
              file={`round-${round.number}-scores`}
              series={seriesOf(histogram)}
            />
            <Text size="xs" c="dimmed">
              A higher score is asked first.
            </Text>
          </Stack>
        )
      }
    </ResultOf>
  );
}

const seriesOf = ({ edges, counts }: Histogram) =>
  Object.entries(counts).map(([name, values]) => ({
    name: SERIES[name] ?? name,
    points: values.map((y, bin) => ({
      x: bin,
      y,
      label: `${figure(edges[bin])} to ${figure(edges[bin + 1])}`,
    })),
  }));

function Actions({ round }: { round: Round }) {
  const close = useCloseRound(round.id);
  const retry = useRetryRound(round.id);
  const [isAsked, setAsked] = useState(false);
  return (
    <Group>
      <ErrorNote error={retry.error} />
      {round.status === "open" && (
        <Button variant="default" onClick={() => setAsked(true)}>
          Close the round
        </Button>
      )}
      {isAsked && (
        <Question
          title={`Close round ${round.number}?`}
          act="Close the round"
          keep="Leave it open"
          isPending={close.isPending}
          error={close.error}
          onAct={() => close.mutate(undefined, { onSuccess: () => setAsked(false) })}
          onClose={() => setAsked(false)}
        >
          <Text size="sm">
            {`${count(round.labelled)} of ${many(round.slots, "label")} are there. `}
            Pairs that nobody holds are not asked about any more, and the round cannot be opened again. Its labels stay.
          </Text>
        </Question>
      )}
      {round.status === "failed" && (
        <Button loading={retry.isPending} onClick={() => retry.mutate()}>
          Retry
        </Button>
      )}
    </Group>
  );
}
