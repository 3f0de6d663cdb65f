// Where the loop stands, what to do next, and what was gained so far.
import { Button, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { overviewQuery, resultsQuery } from "@/api/projects";
import { roundsQuery } from "@/api/rounds";
import { runsQuery } from "@/api/training";
import { count } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { ExportBox } from "./ExportBox";
import { Figures } from "./Figures";
import { nextStep, stateLine } from "./nextStep";
import { ResultsTable } from "./ResultsTable";
import { useProject } from "./useProject";

export function OverviewPage() {
  const project = useProject();
  const overview = useQuery(overviewQuery(project.id));
  const results = useQuery(resultsQuery(project.id));
  const rounds = useInfiniteQuery(roundsQuery(project.id));
  const runs = useInfiniteQuery(runsQuery(project.id));
  return (
    <Page title={project.name}>
      <ResultOf query={overview}>
        {(figures) => {
          const where = { project, overview: figures, rounds: rounds.data ?? [], runs: runs.data ?? [] };
          const next = nextStep(where);
          return (
            <Stack>
              <Text>{stateLine(where)}</Text>
              {rounds.data && runs.data && (
                <Button component={Link} to={next.to} style={{ alignSelf: "flex-start" }}>
                  {next.name}
                </Button>
              )}
              <Figures
                figures={[
                  ["Train prompts", count(figures.train_prompts)],
                  ["Not used yet", count(figures.unused_prompts)],
                  ["Eval prompts", count(figures.eval_prompts)],
                  ["Labels", count(figures.labels)],
                  ["Preferences", count(figures.preferences)],
                  ["New preferences", count(figures.new_preferences)],
                ]}
              />
            </Stack>
          );
        }}
      </ResultOf>
      <Stack component="section" gap="sm">
        <Title order={2}>Results</Title>
        <ResultOf query={results}>{(rows) => <ResultsTable results={rows} projectId={project.id} />}</ResultOf>
      </Stack>
      <ExportBox projectId={project.id} />
    </Page>
  );
}
