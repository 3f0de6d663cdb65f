// The choice of a project to label; with a single one there is nothing to choose.
import { Anchor, Group, Paper, SimpleGrid, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";

import { annotateProjectsQuery } from "@/api/annotate";
import { countOrMore } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

export function AnnotateHome() {
  const projects = useQuery(annotateProjectsQuery);
  return (
    <ResultOf query={projects}>
      {(found) => {
        const [only] = found;
        if (found.length === 1 && only) return <Navigate to={`/annotate/${only.id}`} replace />;
        return (
          <Page title="Choose a project" size={900}>
            {found.length === 0 && <Text>There is no project to label yet. This page looks again by itself.</Text>}
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {found.map(({ id, name, open_pairs, is_paused }) => (
                <Paper key={id} withBorder p="lg" bg="var(--tb-surface)">
                  <Group justify="space-between" wrap="nowrap">
                    <Anchor component={Link} to={`/annotate/${id}`} fw={600} style={{ overflowWrap: "anywhere" }}>
                      {name}
                    </Anchor>
                    <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
                      {is_paused ? "paused" : open_pairs === 0 ? "nothing open" : `${countOrMore(open_pairs)} open`}
                    </Text>
                  </Group>
                </Paper>
              ))}
            </SimpleGrid>
          </Page>
        );
      }}
    </ResultOf>
  );
}
