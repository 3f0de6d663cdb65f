// The set-up of a project after it was named: its model checked, prompts, the first round. It can be left and resumed:
// the step is read from what there is.
import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { overviewQuery } from "@/api/projects";
import { isBusy, roundsQuery, useStartRound } from "@/api/rounds";
import type { Overview, Project, Round } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { count, many } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { ImportBox } from "./ImportBox";
import { ModelFacts } from "./ModelFacts";
import { ModelTrouble } from "./ModelTrouble";
import { roundSize } from "./roundSize";
import { SandboxPrompts } from "./SandboxPrompts";
import { SetupSteps } from "./SetupSteps";
import { useProject } from "./useProject";
import { Work } from "./Work";

const CHECK = 1;
const PROMPTS = 2;
const ROUND = 3;
const DONE = 4;

export function SetupPage() {
  const project = useProject();
  const overview = useQuery(overviewQuery(project.id));
  const rounds = useInfiniteQuery(roundsQuery(project.id));
  return (
    <Page title="Set up" size={820}>
      <ResultOf query={overview}>
        {(figures) => (
          <ResultOf query={rounds}>{(rows) => <Steps project={project} overview={figures} rounds={rows} />}</ResultOf>
        )}
      </ResultOf>
    </Page>
  );
}

type Props = { project: Project; overview: Overview; rounds: Round[] };

function Steps({ project, overview, rounds }: Props) {
  const reached = stepOf({ project, overview, rounds });
  const [chosen, setChosen] = useState<number | null>(null);
  const [isPastPrompts, setPastPrompts] = useState(false);
  const waitsAtPrompts = reached === ROUND && rounds.length === 0 && !isPastPrompts;
  const now = chosen ?? (waitsAtPrompts ? PROMPTS : reached);
  return (
    <>
      <SetupSteps now={now} onStep={setChosen} />
      {now === CHECK && <Check project={project} onNext={chosen === null ? undefined : () => setChosen(null)} />}
      {now === PROMPTS && (
        <Prompts
          project={project}
          overview={overview}
          onNext={() => {
            setChosen(null);
            setPastPrompts(true);
          }}
        />
      )}
      {now >= ROUND && <FirstRound project={project} overview={overview} round={rounds.at(-1)} />}
    </>
  );
}

function stepOf({ project, overview, rounds }: Props): number {
  if (project.reference.status !== "ready") return CHECK;
  if (overview.train_prompts === 0) return PROMPTS;
  const first = rounds.at(-1);
  return first && !isBusy(first) && first.status !== "failed" ? DONE : ROUND;
}

function Check({ project, onNext }: { project: Project; onNext: (() => void) | undefined }) {
  const { reference } = project;
  if (reference.status !== "ready") return <ModelTrouble project={project} />;
  return (
    <Stack>
      <Alert variant="light" title="The model can be used" role="status">
        <ModelFacts facts={reference.info} />
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onNext}>Continue</Button>
      </Group>
    </Stack>
  );
}

function Prompts({ project, overview, onNext }: { project: Project; overview: Overview; onNext: () => void }) {
  const { train_prompts: train, eval_prompts: held } = overview;
  return (
    <Stack>
      <Alert variant="light" title="The model can be used" role="status">
        <ModelFacts facts={project.reference.info} />
      </Alert>
      <SandboxPrompts project={project} />
      <ImportBox projectId={project.id} />
      <Group justify="space-between">
        <Text>
          {`${many(train, "prompt")} to train on, ${count(held)} held out.`}
          {train > 0 &&
            held === 0 &&
            " Without held-out prompts (split eval) no win-rate can be measured; they can wait."}
        </Text>
        <Button disabled={train === 0} onClick={onNext}>
          Continue
        </Button>
      </Group>
    </Stack>
  );
}

function FirstRound({ project, overview, round }: { project: Project; overview: Overview; round: Round | undefined }) {
  const start = useStartRound(project.id);
  if (round) return <RoundSoFar project={project} round={round} />;
  const { control, active } = roundSize(project.round, overview.unused_prompts);
  const isShort = control + active < project.round.labels;
  return (
    <Stack>
      <Title order={2}>Start the first round</Title>
      <Text>
        {`The model answers prompts out of ${count(overview.unused_prompts)}, and ${isShort ? "at most " : ""}${count(control + active)} pairs are opened for people: `}
        {`${count(active)} for the rule to choose, ${count(control)} drawn at random as a control.`}
      </Text>
      {isShort && (
        <Text>
          {`There are too few prompts for the ${count(project.round.labels)} pairs that the settings ask for.`}
          {active === 0 && " A rule can choose nothing then: import more prompts, or open fewer pairs."}
        </Text>
      )}
      <ErrorNote error={start.error} title="The round was not started" />
      <Group justify="flex-end">
        <Button component={Link} variant="default" to={`/projects/${project.id}/rounds/new`}>
          Change its settings
        </Button>
        <Button loading={start.isPending} onClick={() => start.mutate(null)}>
          Start the first round
        </Button>
      </Group>
    </Stack>
  );
}

function RoundSoFar({ project, round }: { project: Project; round: Round }) {
  const toRound = `/projects/${project.id}/rounds/${round.id}`;
  if (round.status === "failed") {
    return (
      <Alert color="red" variant="light" title="The first round failed" role="alert">
        <Text size="sm" mb="xs">
          {round.error}
        </Text>
        <Button component={Link} size="sm" variant="default" to={toRound}>
          Look at the round
        </Button>
      </Alert>
    );
  }
  if (isBusy(round))
    return <Work label={`The round is ${round.status}`} done={round.done} total={round.total} unit="prompts" />;
  return (
    <Stack>
      <Title order={2}>The first pairs are ready</Title>
      <Text>{`${count(round.slots)} labels are asked for. One key is one label; the keys stay on the screen.`}</Text>
      <Group>
        <Button component={Link} to={`/annotate/${project.id}`}>
          Label the first pair
        </Button>
        <Button component={Link} variant="default" to={`/projects/${project.id}`}>
          To the overview
        </Button>
      </Group>
    </Stack>
  );
}
