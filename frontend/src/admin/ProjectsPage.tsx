// All projects.
import { Anchor, Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";

import { projectsQuery } from "@/api/projects";
import type { Project } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";

const columns: Column<Project>[] = [
  {
    title: "Project",
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/projects/${id}`} fw={600} size="sm">
        {name}
      </Anchor>
    ),
  },
  { title: "Reference model", wrap: true, cell: ({ reference }) => reference.source },
  { title: "State", cell: ({ reference }) => <Status status={reference.status} /> },
  { title: "Policy", cell: ({ policy }) => policy.number, number: true, hint: "Number of the model that samples now" },
  { title: "Created", cell: ({ created_at }) => time(created_at), number: true },
];

export function ProjectsPage() {
  const projects = useInfiniteQuery(projectsQuery);
  // Where there is no project yet, making one is the only thing to do.
  if (projects.data?.length === 0) return <Navigate to="/projects/new" replace />;
  return (
    <Page
      title="Projects"
      actions={
        <Button component={Link} to="/projects/new">
          New project
        </Button>
      }
    >
      <ResultOf query={projects}>
        {(rows) => (
          <DataTable
            label="Projects"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            nothing="There is no project yet."
          />
        )}
      </ResultOf>
      <MoreButton {...projects} />
    </Page>
  );
}
