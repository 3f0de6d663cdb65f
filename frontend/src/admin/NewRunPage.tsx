// Starts a retrain; the form begins with the project's defaults.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { overviewQuery } from "@/api/projects";
import { useStartRun } from "@/api/training";
import { ErrorNote } from "@/ui/ErrorNote";
import { count } from "@/ui/numbers";
import { Page } from "@/ui/Page";

import { ConfigForm } from "./ConfigForm";
import { MAIN_TRAINING_FIELDS, MORE_TRAINING_FIELDS } from "./trainingFields";
import { useProject } from "./useProject";

export function NewRunPage() {
  const project = useProject();
  const { data: overview } = useQuery(overviewQuery(project.id));
  const start = useStartRun(project.id);
  const navigate = useNavigate();
  return (
    <Page title="Start a retrain" size={1000}>
      <Text>
        {overview
          ? `${count(overview.preferences)} preferences to learn from, ${count(overview.new_preferences)} of them new.`
          : " "}
      </Text>
      <ConfigForm
        initial={project.training}
        main={MAIN_TRAINING_FIELDS}
        more={MORE_TRAINING_FIELDS}
        submit="Start the retrain"
        isPending={start.isPending}
        onSubmit={(config) =>
          start.mutate(config, { onSuccess: ({ id }) => navigate({ to: `/projects/${project.id}/training/${id}` }) })
        }
      >
        <ErrorNote error={start.error} title="The retrain was not started" />
      </ConfigForm>
    </Page>
  );
}
