// One training run as it goes: progress, curves, log, and what can be done with it.
import { Alert, Anchor, Button, Group, List, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { isRunning, metricsQuery, runQuery, useCancelRun, useRetryRun } from "@/api/training";
import type { TrainingRun } from "@/api/types";
import { useParam } from "@/ui/address";
import { ErrorNote } from "@/ui/ErrorNote";
import { count, duration, figure, time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { Figures } from "./Figures";
import { MetricCharts } from "./MetricCharts";
import { RunLog } from "./RunLog";
import { lossName } from "./trainingFields";
import { Work } from "./Work";

const canResume = ({ status }: TrainingRun) => status === "failed" || status === "cancelled";

export function RunPage() {
  const runId = useParam("runId");
  const run = useQuery(runQuery(runId));
  return <ResultOf query={run}>{(row) => <OneRun run={row} />}</ResultOf>;
}

function OneRun({ run }: { run: TrainingRun }) {
  const metrics = useQuery({ ...metricsQuery(run.id, isRunning(run)), placeholderData: keepPreviousData });
  return (
    <Page title={`Run ${run.number}`} actions={<Actions run={run} />}>
      <Notes run={run} />
      {isRunning(run) && <Work label={`The run is ${run.status}`} done={run.done} total={run.total} unit="steps" />}
      <Figures
        figures={[
          ["State", <Status key="state" status={run.status} />],
          ["Labels", count(run.label_count)],
          ["Loss", lossName(run.config.loss)],
          ["Learning rate", figure(run.config.learning_rate)],
          ["Started", time(run.started_at)],
          ["Took", duration(run.started_at, run.finished_at)],
        ]}
      />
      <ResultOf query={metrics}>
        {(rows) => <MetricCharts runs={[{ name: `Run ${run.number}`, metrics: rows }]} />}
      </ResultOf>
      <Text size="sm" c="dimmed">
        Drift: how much likelier the reference holds the labelled answers than the model does, per token; below zero,
        the model holds them likelier. An evaluation measures the KL, on the model&apos;s own answers.
      </Text>
      <RunLog run={run} />
    </Page>
  );
}

function Notes({ run }: { run: TrainingRun }) {
  const warnings = Object.entries(run.warnings);
  return (
    <>
      {run.error && (
        <Alert color="red" variant="light" title="This run failed" role="alert" style={{ whiteSpace: "pre-wrap" }}>
          {run.error}
        </Alert>
      )}
      {canResume(run) && (
        <Text size="sm" c="dimmed">
          {run.done > 0
            ? `It stopped after ${count(run.done)} of ${count(run.total)} steps. Resuming goes on from its last checkpoint, on the same labels.`
            : "Resuming starts it again, on the same labels."}
        </Text>
      )}
      {warnings.length > 0 && (
        <Alert color="yellow" variant="light" title="Warnings">
          <List size="sm">
            {warnings.map(([name, text]) => (
              <List.Item key={name}>{typeof text === "string" ? text : JSON.stringify(text)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {run.model_version_id && (
        <Alert variant="light" title="A new model was made" role="status">
          Compare and promote it on the page of the{" "}
          <Anchor component={Link} inherit underline="always" to={`/projects/${run.project_id}/models`}>
            models
          </Anchor>
          .
        </Alert>
      )}
    </>
  );
}

function Actions({ run }: { run: TrainingRun }) {
  const cancel = useCancelRun(run.id);
  const retry = useRetryRun(run.id);
  const isAsked = run.cancel_requested_at !== null;
  return (
    <Group>
      <ErrorNote error={cancel.error ?? retry.error} />
      <Button
        component={Link}
        variant="default"
        to={`/projects/${run.project_id}/training/compare`}
        search={{ a: run.id } as never}
      >
        Compare
      </Button>
      {isRunning(run) && (
        <Button variant="default" disabled={isAsked} loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {isAsked ? "Cancel asked for" : "Cancel"}
        </Button>
      )}
      {canResume(run) && (
        <Button loading={retry.isPending} onClick={() => retry.mutate()}>
          Resume
        </Button>
      )}
    </Group>
  );
}
