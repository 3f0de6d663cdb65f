// Head-to-heads of two model versions on the eval prompts.
import { Anchor, Button, Group, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { evaluationsQuery, useStartEvaluation } from "@/api/evaluations";
import { modelsQuery } from "@/api/models";
import type { Evaluation, Model, Project } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { count, time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";
import { outcomeColumns } from "./outcomeColumns";
import { useProject } from "./useProject";
import { useWhole } from "./useWhole";
import { Work } from "./Work";

export function EvaluationsPage() {
  const project = useProject();
  const evaluations = useInfiniteQuery(evaluationsQuery(project.id));
  const models = useWhole(useInfiniteQuery({ ...modelsQuery(project.id), refetchInterval: false }));
  const nameOf = (id: string) => models.find((model) => model.id === id)?.number ?? "…";
  const columns: Column<Evaluation>[] = [
    { title: "Model", cell: (row) => nameOf(row.model_version_id), number: true },
    { title: "Against", cell: (row) => nameOf(row.baseline_version_id), number: true },
    {
      title: "State",
      wrap: true,
      cell: ({ status, error }) => (
        <>
          <Status status={status} />
          {error && <Text size="sm">{error}</Text>}
        </>
      ),
    },
    { title: "Prompts", cell: ({ done, total }) => `${count(done)} / ${count(total)}`, number: true },
    ...outcomeColumns<Evaluation>(({ results }) => results),
    { title: "Asked for", cell: ({ created_at }) => time(created_at), number: true },
  ];
  return (
    <Page title="Evaluations">
      <StartBox project={project} models={models} />
      <ResultOf query={evaluations}>
        {(rows) => (
          <>
            {rows.filter(isUnderWay).map(({ id, model_version_id: model, status, done, total }) => (
              <Work
                key={id}
                label={`The evaluation of model ${nameOf(model)} is ${status}`}
                done={done}
                total={total}
                unit="prompts"
              />
            ))}
            <DataTable
              label="Evaluations"
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              nothing="No evaluation yet."
            />
          </>
        )}
      </ResultOf>
      <MoreButton {...evaluations} />
    </Page>
  );
}

const isUnderWay = ({ status }: Evaluation) => status === "queued" || status === "running";

function StartBox({ project, models }: { project: Project; models: Model[] }) {
  const start = useStartEvaluation(project.id);
  const [chosen, setChosen] = useState<string | null>(null);
  const [baseline, setBaseline] = useState<string | null>(null);
  const model = chosen ?? models.find(({ status }) => status === "ready")?.id ?? null;
  const options = models
    .filter(({ status }) => status === "ready")
    .map(({ id, number }) => ({
      value: id,
      label: id === project.reference.id ? `${number}, the reference` : String(number),
    }));
  return (
    <Paper withBorder p="md" bg="var(--tb-surface)" component="section">
      <Stack gap="sm">
        <Title order={2}>Compare two models</Title>
        <Text size="sm" c="dimmed">
          {project.evaluation.judge ? (
            `Judge: ${project.evaluation.judge.model}, on up to ${count(project.evaluation.prompts)} eval prompts.`
          ) : (
            <>
              {"No judge is set: "}
              <Anchor component={Link} to={`/projects/${project.id}/settings`} inherit underline="always">
                name one in the settings
              </Anchor>{" "}
              first.
            </>
          )}
        </Text>
        <Group align="end">
          <Select label="Model" data={options} value={model} onChange={setChosen} allowDeselect={false} w={180} />
          <Select
            label="Against"
            data={options}
            value={baseline ?? project.reference.id}
            onChange={setBaseline}
            allowDeselect={false}
            w={180}
          />
          <Button
            disabled={model === null || project.evaluation.judge === null}
            loading={start.isPending}
            onClick={() => model && start.mutate({ model_version_id: model, baseline_version_id: baseline })}
          >
            Start
          </Button>
        </Group>
        <ErrorNote error={start.error} title="The evaluation was not started" />
      </Stack>
    </Paper>
  );
}
