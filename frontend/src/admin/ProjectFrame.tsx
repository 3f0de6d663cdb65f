// What all pages of a project share: its name, its parts, and whether its model can be used.
import { Anchor, Box, Center, Container, Group, Loader, Text } from "@mantine/core";
import { onlineManager } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Suspense, useEffect, useRef, useSyncExternalStore } from "react";

import type { Project } from "@/api/types";
import { Offline } from "@/ui/Offline";
import { PAGE_WIDTH } from "@/ui/Page";

import { ModelTrouble } from "./ModelTrouble";
import classes from "./ProjectFrame.module.css";
import { useProject } from "./useProject";

const PARTS = [
  ["", "Overview"],
  ["prompts", "Prompts"],
  ["rounds", "Rounds"],
  ["labels", "Labels"],
  ["flags", "Flags"],
  ["practice", "Practice"],
  ["training", "Training"],
  ["models", "Models"],
  ["evaluations", "Evaluations"],
  ["settings", "Settings"],
  ["audit", "Audit log"],
] as const;

function Loading() {
  const isOnline = useSyncExternalStore(
    (watcher) => onlineManager.subscribe(watcher),
    () => onlineManager.isOnline(),
  );
  return (
    <Center mih={200} p="md">
      {isOnline ? <Loader aria-label="Loading" /> : <Offline />}
    </Center>
  );
}

export function ProjectFrame() {
  return (
    <Suspense fallback={<Loading />}>
      <Frame />
    </Suspense>
  );
}

function Frame() {
  const project = useProject();
  return (
    <>
      <Container size={PAGE_WIDTH} w="100%" pt="md">
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
      <Suspense fallback={<Loading />}>
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

/** The set-up says the same where it is on the screen. */
function ModelNote({ project }: { project: Project }) {
  const isSetup = useLocation().pathname.endsWith("/setup");
  if (isSetup || project.reference.status === "ready") return null;
  return (
    <Box mt="md" maw={820}>
      <ModelTrouble project={project} />
    </Box>
  );
}
