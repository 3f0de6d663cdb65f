// Two models answer a typed prompt side by side; the last samplings stay at hand.
import { Text, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { modelsQuery } from "@/api/models";
import { samplingQuery, samplingsQuery, useAskAgain } from "@/api/playground";
import type { Model, Project } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { PlaygroundForm } from "./PlaygroundForm";
import { PlaygroundHistory } from "./PlaygroundHistory";
import { SideBySide } from "./SideBySide";
import { useProject } from "./useProject";
import { useWhole } from "./useWhole";

export function PlaygroundPage() {
  const project = useProject();
  const models = useInfiniteQuery({ ...modelsQuery(project.id), refetchInterval: false });
  useWhole(models);
  return (
    <Page title="Playground">
      <Text c="dimmed" size="sm">
        A prompt of your own, answered by two models. No label, pair or round comes of it.
      </Text>
      <ResultOf query={models}>{(rows) => <Play project={project} models={rows} />}</ResultOf>
    </Page>
  );
}

function Play({ project, models }: { project: Project; models: Model[] }) {
  const samplings = useInfiniteQuery(samplingsQuery(project.id));
  const [shown, setShown] = useState<string | null>(null);
  const rows = samplings.data ?? [];
  const { id } = rows.find(({ id }) => id === shown) ?? rows[0] ?? { id: null };
  const sampling = useQuery({ ...samplingQuery(id ?? ""), enabled: id !== null });
  const askAgain = useAskAgain(project.id);
  const nameOf = (id: string) => `Model ${models.find((model) => model.id === id)?.number ?? "…"}`;
  return (
    <>
      <PlaygroundForm project={project} models={models} onAsked={setShown} />
      <ResultOf query={samplings}>
        {() =>
          id ? (
            <>
              <ResultOf query={sampling}>{(one) => <SideBySide sampling={one} nameOf={nameOf} />}</ResultOf>
              <Title order={2}>Last samplings</Title>
              <ErrorNote error={askAgain.error} title="Nothing was asked" />
              <PlaygroundHistory
                query={samplings}
                rows={rows}
                shown={id}
                nameOf={nameOf}
                onShow={setShown}
                onAgain={(id) => askAgain.mutate(id, { onSuccess: (made) => setShown(made.id) })}
                asking={askAgain.isPending ? askAgain.variables : undefined}
                projectId={project.id}
              />
            </>
          ) : (
            <Text c="dimmed">Nothing was asked yet.</Text>
          )
        }
      </ResultOf>
    </>
  );
}
