// All training runs of the project, newest first.
import { Anchor, Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { runsQuery } from "@/api/training";
import type { TrainingRun } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { count, duration, time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";
import { lossName } from "./trainingFields";
import { useProject } from "./useProject";

const columns: Column<TrainingRun>[] = [
  {
    title: "Run",
    cell: ({ id, project_id, number }) => (
      <Anchor component={Link} to={`/projects/${project_id}/training/${id}`} fw={600} size="sm">
        Run {number}
      </Anchor>
    ),
  },
  { title: "State", cell: ({ status }) => <Status status={status} /> },
  { title: "Started by", cell: ({ trigger }) => trigger },
  { title: "Loss", cell: ({ config }) => lossName(config.loss) },
  { title: "Labels", cell: ({ label_count }) => count(label_count), number: true },
  { title: "Steps", cell: ({ done, total }) => `${count(done)} / ${count(total)}`, number: true },
  { title: "Took", cell: ({ started_at, finished_at }) => duration(started_at, finished_at), number: true },
  { title: "Asked for", cell: ({ created_at }) => time(created_at), number: true },
];

export function RunsPage() {
  const project = useProject();
  const runs = useInfiniteQuery(runsQuery(project.id));
  return (
    <Page
      title="Training runs"
      actions={
        <>
          <Button component={Link} variant="default" to={`/projects/${project.id}/training/compare`}>
            Compare two runs
          </Button>
          <Button component={Link} to={`/projects/${project.id}/training/new`}>
            Start a retrain
          </Button>
        </>
      }
    >
      <ResultOf query={runs}>
        {(rows) => (
          <DataTable
            label="Training runs"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            nothing="No run yet. A run trains a new model on all labels so far."
          />
        )}
      </ResultOf>
      <MoreButton {...runs} />
    </Page>
  );
}
