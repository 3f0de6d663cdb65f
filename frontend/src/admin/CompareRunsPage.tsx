// Two training runs beside each other: curves laid over one another, configurations with their differences marked.
import { Group, Mark, Select, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { modelsQuery } from "@/api/models";
import { isRunning, metricsQuery, runQuery, runsQuery } from "@/api/training";
import type { TrainingRun } from "@/api/types";
import { type Search, useFilters } from "@/ui/address";
import { count, duration } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { type Column, DataTable } from "./DataTable";
import { MetricCharts } from "./MetricCharts";
import { outcomeColumns } from "./outcomeColumns";
import { inWords, lossName } from "./trainingFields";
import { useProject } from "./useProject";
import { useWhole } from "./useWhole";

const readSides = ({ a = "", b = "" }: Search) => ({ a, b });

export function CompareRunsPage() {
  const project = useProject();
  const [{ a, b }, change] = useFilters(readSides);
  const runs = useInfiniteQuery({ ...runsQuery(project.id), refetchInterval: false });
  useWhole(runs);
  return (
    <Page title="Compare two runs">
      <ResultOf query={runs}>
        {(rows) => (
          <Group align="end">
            <Side label="First run" runs={rows} value={a} onChange={(id) => change({ a: id })} />
            <Side label="Second run" runs={rows} value={b} onChange={(id) => change({ b: id })} />
          </Group>
        )}
      </ResultOf>
      {a && b && a !== b ? <Both a={a} b={b} /> : <Text c="dimmed">Choose two different runs.</Text>}
    </Page>
  );
}

type SideProps = { label: string; runs: TrainingRun[]; value: string; onChange: (id: string) => void };

function Side({ label, runs, value, onChange }: SideProps) {
  return (
    <Select
      label={label}
      w={260}
      allowDeselect={false}
      placeholder="Choose a run"
      data={runs.map((run) => ({
        value: run.id,
        label: `Run ${run.number}: ${lossName(run.config.loss)}, ${count(run.label_count)} labels`,
      }))}
      value={value || null}
      onChange={(id) => id && onChange(id)}
    />
  );
}

function Both({ a, b }: { a: string; b: string }) {
  const first = useQuery(runQuery(a));
  const second = useQuery(runQuery(b));
  return (
    <ResultOf query={first}>
      {(left) => (
        <ResultOf query={second}>
          {(right) => (
            <>
              <Overlaid left={left} right={right} />
              <Outcomes runs={[left, right]} />
              <Differences left={left} right={right} />
            </>
          )}
        </ResultOf>
      )}
    </ResultOf>
  );
}

function Overlaid({ left, right }: { left: TrainingRun; right: TrainingRun }) {
  const first = useQuery(metricsQuery(left.id, isRunning(left)));
  const second = useQuery(metricsQuery(right.id, isRunning(right)));
  const nameOf = (run: TrainingRun) => `Run ${run.number}`;
  return (
    <ResultOf query={first}>
      {(ofLeft) => (
        <ResultOf query={second}>
          {(ofRight) => (
            <MetricCharts
              runs={[
                { name: nameOf(left), metrics: ofLeft },
                { name: nameOf(right), metrics: ofRight },
              ]}
            />
          )}
        </ResultOf>
      )}
    </ResultOf>
  );
}

/** What was measured of the models that the runs made. */
function Outcomes({ runs }: { runs: TrainingRun[] }) {
  const project = useProject();
  const models = useWhole(useInfiniteQuery({ ...modelsQuery(project.id), refetchInterval: false }));
  const resultsOf = (run: TrainingRun) => models.find(({ id }) => id === run.model_version_id)?.results ?? {};
  const columns: Column<TrainingRun>[] = [
    { title: "Run", cell: ({ number }) => number, number: true },
    ...outcomeColumns(resultsOf),
  ];
  return (
    <Stack component="section" gap="sm">
      <Title order={2}>Measured against the reference</Title>
      <DataTable label="Outcomes" columns={columns} rows={runs} rowKey={({ id }) => id} nothing="None." />
    </Stack>
  );
}

type Row = { name: string; left: string; right: string };

function Differences({ left, right }: { left: TrainingRun; right: TrainingRun }) {
  const rows = [...factsOf(left, right), ...settingsOf(left, right)];
  const cell = (side: "left" | "right") => (row: Row) =>
    row.left === row.right ? row[side] : <Mark color="yellow.2">{row[side]}</Mark>;
  const columns: Column<Row>[] = [
    { title: "Setting", cell: ({ name }) => name },
    { title: `Run ${left.number}`, cell: cell("left"), wrap: true },
    { title: `Run ${right.number}`, cell: cell("right"), wrap: true },
  ];
  return (
    <Stack component="section" gap="sm">
      <Title order={2}>Configurations</Title>
      <Text size="sm" c="dimmed">
        {count(rows.filter((row) => row.left !== row.right).length)} differences, marked.
      </Text>
      <DataTable label="Configurations" columns={columns} rows={rows} rowKey={({ name }) => name} nothing="None." />
    </Stack>
  );
}

function factsOf(left: TrainingRun, right: TrainingRun): Row[] {
  const facts: [string, (run: TrainingRun) => string][] = [
    ["State", ({ status }) => status],
    ["Labels", ({ label_count }) => count(label_count)],
    ["Label set", ({ label_set_hash }) => label_set_hash.slice(0, 12)],
    ["Steps", ({ done, total }) => `${count(done)} of ${count(total)}`],
    ["Took", ({ started_at, finished_at }) => duration(started_at, finished_at)],
  ];
  return facts.map(([name, of]) => ({ name, left: of(left), right: of(right) }));
}

function settingsOf(left: TrainingRun, right: TrainingRun): Row[] {
  const names = Object.keys(left.config) as (keyof TrainingRun["config"])[];
  return names.map((name) => {
    const [words, ofLeft] = inWords(name, left.config[name]);
    return { name: words, left: ofLeft, right: inWords(name, right.config[name])[1] };
  });
}
