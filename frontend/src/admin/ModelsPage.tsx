// The project's model versions: where each came from, how it compares with the reference, and what can be done with it.
import { Anchor, Badge, Button, Group, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { modelsQuery } from "@/api/models";
import { overviewQuery } from "@/api/projects";
import type { Model, Project } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { count, day, hour } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";
import { ModelActions } from "./ModelActions";
import { factsLine } from "./ModelFacts";
import { outcomeColumns } from "./outcomeColumns";
import { RollBack } from "./RollBack";
import { useProject } from "./useProject";

export function ModelsPage() {
  const project = useProject();
  const models = useInfiniteQuery(modelsQuery(project.id));
  const { data: overview } = useQuery(overviewQuery(project.id));
  const numberOf = (id: string | null) => models.data?.find((model) => model.id === id)?.number ?? "–";
  const columns: Column<Model>[] = [
    { title: "Model", cell: (model) => <Name model={model} project={project} /> },
    { title: "Actions", cell: (model) => <ModelActions model={model} project={project} /> },
    { title: "Parent", cell: ({ parent_id }) => numberOf(parent_id), number: true },
    { title: "Learned from", cell: (model) => <LabelSet model={model} /> },
    ...outcomeColumns<Model>(({ results }) => results),
    { title: "Made", cell: ({ created_at }) => <Made at={created_at} />, number: true },
    { title: "Folder or hub name", wrap: true, cell: (model) => <Source model={model} /> },
  ];
  return (
    <Page
      title="Models"
      actions={
        <>
          <RollBack project={project} previous={overview?.previous_policy ?? null} />
          <Button component={Link} variant="default" to={`/projects/${project.id}/playground`}>
            Playground
          </Button>
        </>
      }
    >
      <Text c="dimmed" size="sm">
        The policy samples the next round. Win-rate, KL, perplexity and length are measured against the reference.
        {project.evaluation.judge === null && (
          <>
            {" To evaluate a model, "}
            <Anchor component={Link} to={`/projects/${project.id}/settings`} inherit underline="always">
              name a judge in the settings
            </Anchor>
            .
          </>
        )}
      </Text>
      <ResultOf query={models}>
        {(rows) => (
          <DataTable label="Models" columns={columns} rows={rows} rowKey={({ id }) => id} nothing="No models." />
        )}
      </ResultOf>
      <MoreButton {...models} />
    </Page>
  );
}

/** Its state is told where it cannot be used. */
function Name({ model, project }: { model: Model; project: Project }) {
  return (
    <>
      <Group gap={6} wrap="nowrap">
        <Text fw={600}>{model.number}</Text>
        {model.id === project.policy.id && (
          <Badge tt="none" miw="max-content">
            policy
          </Badge>
        )}
        {model.id === project.reference.id && (
          <Badge tt="none" variant="default" miw="max-content">
            reference
          </Badge>
        )}
        {model.status !== "ready" && <Status status={model.status} />}
      </Group>
      {model.error && (
        <Text size="sm" miw={220} style={{ whiteSpace: "normal" }}>
          {model.error}
        </Text>
      )}
    </>
  );
}

function Made({ at }: { at: string }) {
  return (
    <>
      {day(at)}
      <Text size="xs" c="dimmed">
        {hour(at)}
      </Text>
    </>
  );
}

/** A trained model is what its parent is. */
function Source({ model: { source, info, parent_id } }: { model: Model }) {
  return (
    <div style={{ minWidth: 480 }}>
      {source}
      {parent_id === null && (
        <Text size="sm" c="dimmed">
          {factsLine(info)}
        </Text>
      )}
    </div>
  );
}

/** The frozen labels, and the run that learned from them. */
function LabelSet({ model: { run, project_id } }: { model: Model }) {
  if (!run) return "–";
  return (
    <>
      <Anchor component={Link} to={`/projects/${project_id}/training/${run.id}`} size="sm">
        Run {run.number}
      </Anchor>
      <Text size="sm" c="dimmed" title={`Label set ${run.label_set_hash}`}>
        {count(run.label_count)} labels, {run.label_set_hash.slice(0, 8)}
      </Text>
    </>
  );
}
