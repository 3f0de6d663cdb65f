// The project's settings: guideline, defaults of rounds and runs, the judge, and when to retrain.
import { Button, Group, NumberInput, Paper, Stack, Switch, Textarea, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ReactNode } from "react";

import { useUpdateProject } from "@/api/projects";
import type { Project } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { Page } from "@/ui/Page";

import { AuditTable } from "./AuditTable";
import { ConfigForm } from "./ConfigForm";
import { MAIN_ROUND_FIELDS, MORE_ROUND_FIELDS } from "./roundFields";
import { Saved } from "./Saved";
import { MAIN_TRAINING_FIELDS, MORE_TRAINING_FIELDS } from "./trainingFields";
import { useProject } from "./useProject";

export function SettingsPage() {
  const project = useProject();
  return (
    <Page title="Settings" size={1000}>
      <Section title="Project">
        <ProjectForm project={project} />
      </Section>
      <Section title="Defaults of rounds">
        <RoundDefaults project={project} />
      </Section>
      <Section title="Defaults of training runs">
        <TrainingDefaults project={project} />
      </Section>
      <Section title="Audit log">
        <AuditTable projectId={project.id} />
      </Section>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" bg="var(--tb-surface)" component="section">
      <Stack>
        <Title order={2}>{title}</Title>
        {children}
      </Stack>
    </Paper>
  );
}

function ProjectForm({ project }: { project: Project }) {
  const update = useUpdateProject(project.id);
  const { judge } = project.evaluation;
  const form = useForm({
    initialValues: {
      name: project.name,
      guideline: project.guideline,
      judge: judge?.model ?? "",
      prompts: project.evaluation.prompts,
      after: project.retrain_after_labels ?? "",
      cron: project.retrain_cron ?? "",
      auto_promote: project.auto_promote,
      is_paused: project.is_paused,
      masks_makers: project.masks_makers,
    },
  });
  const submit = form.onSubmit((values) =>
    update.mutate({
      name: values.name,
      guideline: values.guideline,
      retrain_after_labels: values.after === "" ? null : Number(values.after),
      retrain_cron: values.cron.trim() || null,
      auto_promote: values.auto_promote,
      is_paused: values.is_paused,
      masks_makers: values.masks_makers,
      evaluation: {
        ...project.evaluation,
        prompts: values.prompts,
        judge: values.judge.trim()
          ? { kind: "reward_model", tie_margin: judge?.tie_margin ?? 0, model: values.judge }
          : null,
      },
    }),
  );
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label="Name" required maxLength={200} {...form.getInputProps("name")} />
        <Textarea
          label="Guideline"
          description="A changed text gets a new version; each label stores the version it was given under."
          autosize
          minRows={5}
          maxRows={20}
          {...form.getInputProps("guideline")}
        />
        <TextInput
          label="Judge for evaluations"
          description="A reward model: a sequence-classification folder or hub name. Empty: no win-rates."
          {...form.getInputProps("judge")}
        />
        <NumberInput
          label="Eval prompts per evaluation"
          min={1}
          max={100_000}
          required
          {...form.getInputProps("prompts")}
        />
        <NumberInput
          label="Retrain after so many new preferences"
          placeholder="only by hand"
          min={1}
          {...form.getInputProps("after")}
        />
        <TextInput
          label="Retrain by schedule"
          description="Five cron fields, UTC; 0 3 * * * is every night at three. Empty: never."
          {...form.getInputProps("cron")}
        />
        <Switch
          label="Promote a new model when it beats the reference"
          description="When the whole 95 % interval of its win-rate is above one half."
          {...form.getInputProps("auto_promote", { type: "checkbox" })}
        />
        <Switch
          label="Pause labelling"
          description="Nobody gets new pairs; labels of pairs that people have before them are still taken."
          {...form.getInputProps("is_paused", { type: "checkbox" })}
        />
        <Switch
          label="Hide who made an answer"
          description="Where an answer names its own maker (“As ChatGPT, I …”), annotators see the name replaced. Stored texts stay."
          {...form.getInputProps("masks_makers", { type: "checkbox" })}
        />
        <ErrorNote error={update.error} title="Nothing was changed" />
        <Group justify="flex-end">
          <Saved when={update.isSuccess} />
          <Button type="submit" loading={update.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function RoundDefaults({ project }: { project: Project }) {
  const update = useUpdateProject(project.id);
  return (
    <ConfigForm
      initial={project.round}
      main={MAIN_ROUND_FIELDS}
      more={MORE_ROUND_FIELDS}
      submit="Save"
      isPending={update.isPending}
      onSubmit={(round) => update.mutate({ round })}
    >
      <ErrorNote error={update.error} title="Nothing was changed" />
      <Saved when={update.isSuccess} />
    </ConfigForm>
  );
}

function TrainingDefaults({ project }: { project: Project }) {
  const update = useUpdateProject(project.id);
  return (
    <ConfigForm
      initial={project.training}
      main={MAIN_TRAINING_FIELDS}
      more={MORE_TRAINING_FIELDS}
      submit="Save"
      isPending={update.isPending}
      onSubmit={(training) => update.mutate({ training })}
    >
      <ErrorNote error={update.error} title="Nothing was changed" />
      <Saved when={update.isSuccess} />
    </ConfigForm>
  );
}
