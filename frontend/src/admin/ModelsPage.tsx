// The project's model versions: which samples now, promote, download.
import { Badge, Button, Group, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { downloadUrl, modelsQuery, useCheckModel, usePromote } from "@/api/models";
import type { Model, Project } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";
import { useProject } from "./useProject";

export function ModelsPage() {
  const project = useProject();
  const models = useInfiniteQuery(modelsQuery(project.id));
  const promote = usePromote(project.id);
  const check = useCheckModel(project.id);
  const numberOf = (id: string | null) => models.data?.find((model) => model.id === id)?.number ?? "–";
  const columns: Column<Model>[] = [
    { title: "Model", cell: (model) => <Name model={model} project={project} /> },
    {
      title: "Actions",
      cell: (model) => (
        <Group gap="xs" wrap="nowrap">
          {model.id !== project.policy.id && model.status === "ready" && (
            <Button
              size="compact-sm"
              loading={promote.isPending && promote.variables === model.id}
              onClick={() => promote.mutate(model.id)}
              aria-label={`Promote model ${model.number}`}
            >
              Promote
            </Button>
          )}
          {model.status === "failed" && (
            <Button size="compact-sm" variant="default" onClick={() => check.mutate(model.id)}>
              Check again
            </Button>
          )}
          {model.status === "ready" && (
            <Button
              size="compact-sm"
              variant="default"
              component="a"
              href={downloadUrl(model)}
              download
              aria-label={`Download model ${model.number}`}
            >
              Download
            </Button>
          )}
        </Group>
      ),
    },
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
    { title: "Parent", cell: ({ parent_id }) => numberOf(parent_id), number: true },
    { title: "Made", cell: ({ created_at }) => time(created_at), number: true },
    {
      title: "Source",
      wrap: true,
      cell: ({ source }) => source,
    },
  ];
  return (
    <Page title="Models">
      <Text c="dimmed" size="sm">
        The policy samples the next round. Promoting an older model rolls back.
      </Text>
      <ErrorNote error={promote.error ?? check.error} />
      <ResultOf query={models}>
        {(rows) => (
          <DataTable label="Models" columns={columns} rows={rows} rowKey={({ id }) => id} nothing="No models." />
        )}
      </ResultOf>
      <MoreButton {...models} />
    </Page>
  );
}

function Name({ model, project }: { model: Model; project: Project }) {
  return (
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
    </Group>
  );
}
