// Where the loop stands, what to do next, and what was gained so far.
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { gainQuery, overviewQuery, resultsQuery } from "@/api/projects";
import { roundsQuery } from "@/api/rounds";
import { runsQuery } from "@/api/training";
import type { Overview, Project } from "@/api/types";
import { count } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { ExportBox } from "./ExportBox";
import { Figures } from "./Figures";
import { GainCharts } from "./GainCharts";
import { nextStep, stateLine } from "./nextStep";
import { ResultsTable } from "./ResultsTable";
import { useProject } from "./useProject";

export function OverviewPage() {
  const project = useProject();
  const overview = useQuery(overviewQuery(project.id));
  const gain = useQuery(gainQuery(project.id));
  const results = useQuery(resultsQuery(project.id));
  return (
    <Page title={project.name}>
      <ResultOf query={overview}>{(figures) => <Now project={project} overview={figures} />}</ResultOf>
      <Stack component="section" gap="sm">
        <Title order={2}>What was gained</Title>
        <ResultOf query={gain}>{(data) => <GainCharts gain={data} />}</ResultOf>
        <ResultOf query={results}>{(rows) => <ResultsTable results={rows} projectId={project.id} />}</ResultOf>
      </Stack>
      <ExportBox projectId={project.id} />
    </Page>
  );
}

function Now({ project, overview }: { project: Project; overview: Overview }) {
  const rounds = useInfiniteQuery(roundsQuery(project.id));
  const runs = useInfiniteQuery(runsQuery(project.id));
  const where = { project, overview, rounds: rounds.data ?? [], runs: runs.data ?? [] };
  const next = rounds.data && runs.data ? nextStep(where) : null;
  return (
    <Stack>
      <Paper withBorder p="md" bg="var(--tb-surface)">
        <Group justify="space-between" mih={52}>
          <div style={{ flex: "1 1 280px" }}>
            <Text fw={600}>{next ? stateLine(where) : " "}</Text>
            <Text size="sm" c="dimmed" lineClamp={3}>
              {next?.why ?? " "}
            </Text>
          </div>
          {next && (
            <Button component={Link} to={next.to}>
              {next.name}
            </Button>
          )}
        </Group>
      </Paper>
      <Figures
        figures={[
          ["Train prompts", count(overview.train_prompts)],
          ["Not used yet", count(overview.unused_prompts)],
          ["Held-out prompts", count(overview.eval_prompts)],
          ["Labels", count(overview.labels)],
          ["Preferences", count(overview.preferences)],
          ["New preferences", count(overview.new_preferences)],
        ]}
      />
    </Stack>
  );
}
