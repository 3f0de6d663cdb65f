// What all pages of a project share: its name, its parts, and whether its model can be used.
import { Alert, Anchor, Button, Center, Container, Group, Loader, Text } from "@mantine/core";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Suspense, useEffect, useRef } from "react";

import { useCheckModel } from "@/api/models";
import type { Project } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";

import classes from "./ProjectFrame.module.css";
import { useProject } from "./useProject";

const PARTS = [
  ["", "Overview"],
  ["prompts", "Prompts"],
  ["rounds", "Rounds"],
  ["labels", "Labels"],
  ["training", "Training"],
  ["models", "Models"],
  ["evaluations", "Evaluations"],
  ["settings", "Settings"],
] as const;

const loading = (
  <Center mih={200}>
    <Loader aria-label="Loading" />
  </Center>
);

export function ProjectFrame() {
  return (
    <Suspense fallback={loading}>
      <Frame />
    </Suspense>
  );
}

function Frame() {
  const project = useProject();
  return (
    <>
      <Container size={1200} w="100%" pt="md">
        <Group gap={6} wrap="nowrap">
          <Anchor component={Link} to="/projects" size="sm">
            Projects
          </Anchor>
          <Text size="sm" c="dimmed" aria-hidden>
            /
          </Text>
          <Text size="sm" fw={600} truncate>
            {project.name}
          </Text>
        </Group>
        <Parts projectId={project.id} />
        <ModelNote project={project} />
      </Container>
      <Suspense fallback={loading}>
        <Outlet />
      </Suspense>
    </>
  );
}

function Parts({ projectId }: { projectId: string }) {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    // On a narrow screen the row scrolls: keep the part that is shown in sight.
    const here = nav.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (here && nav.current) nav.current.scrollLeft = here.offsetLeft - nav.current.offsetLeft - 40;
  }, [pathname]);
  return (
    <nav className={classes.parts} aria-label="Project" ref={nav}>
      {PARTS.map(([path, name]) => (
        <Link
          key={path}
          to={`/projects/${projectId}/${path}`}
          activeOptions={{ exact: path === "", includeSearch: false }}
          className={classes.part}
          activeProps={{ className: classes.here }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}

function ModelNote({ project }: { project: Project }) {
  const check = useCheckModel(project.id);
  const { reference } = project;
  if (reference.status === "ready") return null;
  if (reference.status === "checking") {
    return (
      <Alert mt="md" variant="light" color="blue" title="The model is being checked" role="status">
        {reference.source} is loaded by a worker. Rounds can start when that has succeeded.
      </Alert>
    );
  }
  return (
    <Alert mt="md" variant="light" color="red" title="The model cannot be used" role="alert">
      <Text size="sm" mb="xs">
        {reference.source}: {reference.error}
      </Text>
      <ErrorNote error={check.error} />
      <Button size="sm" variant="default" loading={check.isPending} onClick={() => check.mutate(reference.id)}>
        Check again
      </Button>
    </Alert>
  );
}
