// Starts a retrain; the form begins with the project's defaults, and a change of the loss brings that loss's own.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { overviewQuery } from "@/api/projects";
import { lossesQuery, useStartRun } from "@/api/training";
import type { LossDefaults, Overview, Project, TrainingConfig } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { count, many } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { ConfigFields } from "./ConfigFields";
import { MoreSettings } from "./MoreSettings";
import { aboutLoss, MORE_TRAINING_FIELDS } from "./trainingFields";
import { useLossChange } from "./useLossChange";
import { useProject } from "./useProject";

export function NewRunPage() {
  const project = useProject();
  const losses = useQuery(lossesQuery);
  return (
    <Page title="Start a retrain" size={1000}>
      <ResultOf query={losses}>{(defaults) => <RunForm project={project} defaults={defaults} />}</ResultOf>
    </Page>
  );
}

function RunForm({ project, defaults }: { project: Project; defaults: LossDefaults }) {
  const { data: overview } = useQuery(overviewQuery(project.id));
  const start = useStartRun(project.id);
  const navigate = useNavigate();
  const follow = useLossChange(defaults, project.training);
  const form = useForm<TrainingConfig>({
    initialValues: project.training,
    onValuesChange: (values, before) => {
      const own = follow(values, before);
      if (values.loss !== before.loss) form.setValues({ ...values, ...own });
    },
  });
  const submit = form.onSubmit((config) =>
    start.mutate(config, { onSuccess: ({ id }) => navigate({ to: `/projects/${project.id}/training/${id}` }) }),
  );
  return (
    <form onSubmit={submit}>
      <Stack>
        <Plan project={project} overview={overview} config={form.values} />
        <ConfigFields form={form} fields={aboutLoss(defaults)(form.values)} />
        <MoreSettings>
          <ConfigFields form={form} fields={MORE_TRAINING_FIELDS} />
        </MoreSettings>
        <ErrorNote error={start.error} title="The retrain was not started" />
        <Group justify="flex-end">
          <Button type="submit" loading={start.isPending}>
            Start the retrain
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type PlanProps = { project: Project; overview: Overview | undefined; config: TrainingConfig };

/** What the run would learn from, and from which model on, under the settings of the form. */
function Plan({ project, overview, config }: PlanProps) {
  if (!overview) return <Text> </Text>;
  const { preferences, new_preferences, ties } = overview;
  const withTies = config.ties === "train" && ties > 0 ? ` and ${many(ties, "tie")}` : "";
  const model = config.start_from === "policy" ? project.policy : project.reference;
  const missing = config.minimum_labels - preferences;
  return (
    <>
      <Text>
        {`It would learn from ${many(preferences, "preference")}${withTies}, ${count(new_preferences)} of them new, `}
        {`and start from model ${model.number}${model.number === 0 ? ", the reference" : ""}.`}
      </Text>
      {missing > 0 && (
        <Alert color="yellow" variant="light" title="Too few preferences" role="status">
          {`The run needs ${count(config.minimum_labels)}; ${count(missing)} more ${missing === 1 ? "is" : "are"} missing.`}
        </Alert>
      )}
    </>
  );
}
