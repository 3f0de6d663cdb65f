// All projects.
import { Anchor, Button, Group } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";

import { PROJECTS_PAGE, projectsQuery } from "@/api/projects";
import type { Project } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";
import { Search } from "./Search";
import { useFilters } from "./useFilters";

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
  const { text, set } = useFilters();
  const search = text("search");
  const projects = useInfiniteQuery({ ...projectsQuery(search), placeholderData: keepPreviousData });
  // Also while the whole list comes back: the field that was just emptied keeps the focus.
  const isLong = search !== undefined || projects.isPlaceholderData || (projects.data?.length ?? 0) >= PROJECTS_PAGE;
  // Where there is no project yet, making one is the only thing to do.
  if (!search && !projects.isPlaceholderData && projects.data?.length === 0)
    return <Navigate to="/projects/new" replace />;
  return (
    <Page
      title="Projects"
      actions={
        <Button component={Link} to="/projects/new">
          New project
        </Button>
      }
    >
      {isLong && (
        <Group role="search">
          <Search label="Search" hint="Part of a name" value={search} onSearch={(search) => set({ search })} />
        </Group>
      )}
      <ResultOf query={projects}>
        {(rows) => (
          <DataTable
            label="Projects"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            nothing="No project has such a name."
          />
        )}
      </ResultOf>
      <MoreButton {...projects} />
    </Page>
  );
}
