// All rounds of the project, newest first.
import { Anchor, Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { roundsQuery } from "@/api/rounds";
import type { Round } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { count, time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";
import { ruleName } from "./roundFields";
import { useProject } from "./useProject";

const columns: Column<Round>[] = [
  {
    title: "Round",
    cell: ({ id, project_id, number }) => (
      <Anchor component={Link} to={`/projects/${project_id}/rounds/${id}`} fw={600}>
        Round {number}
      </Anchor>
    ),
  },
  { title: "State", cell: ({ status }) => <Status status={status} /> },
  { title: "Rule", cell: ({ rule_used, config }) => ruleName(rule_used ?? config.rule) },
  { title: "Labelled", cell: ({ labelled, slots }) => `${count(labelled)} / ${count(slots)}`, number: true },
  { title: "Started", cell: ({ created_at }) => time(created_at), number: true },
];

export function RoundsPage() {
  const project = useProject();
  const rounds = useInfiniteQuery(roundsQuery(project.id));
  return (
    <Page
      title="Rounds"
      actions={
        <Button component={Link} to={`/projects/${project.id}/rounds/new`}>
          Start a round
        </Button>
      }
    >
      <ResultOf query={rounds}>
        {(rows) => (
          <DataTable
            label="Rounds"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            nothing="No round yet. A round samples completions, chooses pairs and opens them for labelling."
          />
        )}
      </ResultOf>
      <MoreButton {...rounds} />
    </Page>
  );
}
