// The project's settings, each with what it means; leaving with unsaved changes is asked about.
import { Button, Group, Paper, Stack, Switch, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState, type ReactNode } from "react";

import { useUpdateProject } from "@/api/projects";
import { rulesQuery } from "@/api/rounds";
import { lossesQuery } from "@/api/training";
import type { EvaluationConfig, LossDefaults, Project, RuleDefaults } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import type { ConfigField } from "./ConfigFields";
import { ConfigFields } from "./ConfigFields";
import { ConfigForm } from "./ConfigForm";
import { MAX_SEED, NumberField } from "./NumberField";
import { MAIN_ROUND_FIELDS, MORE_ROUND_FIELDS } from "./roundFields";
import { Saved } from "./Saved";
import { aboutLoss, MORE_TRAINING_FIELDS } from "./trainingFields";
import { useLossChange } from "./useLossChange";
import { useProject } from "./useProject";
import { useRuleChange } from "./useRuleChange";
import { useSharedForm } from "./useSharedForm";
import { useUnsaved } from "./useUnsaved";

type Part = "project" | "rounds" | "training" | "evaluation";
type PartProps = { project: Project; onDirty: (part: Part, isDirty: boolean) => void };

export function SettingsPage() {
  const project = useProject();
  const [dirty, setDirty] = useState<Part[]>([]);
  const onDirty = useCallback((part: Part, isDirty: boolean) => {
    setDirty((parts) => {
      if (parts.includes(part) === isDirty) return parts;
      return isDirty ? [...parts, part] : parts.filter((other) => other !== part);
    });
  }, []);
  const rules = useQuery(rulesQuery);
  const losses = useQuery(lossesQuery);
  const { question } = useUnsaved(dirty.length > 0);
  const shared = { project, onDirty };
  return (
    <Page title="Settings" lead="New rounds and runs begin with these; what runs already keeps its own." size={1000}>
      <Pause project={project} />
      <Section title="Project" isDirty={dirty.includes("project")}>
        <ProjectForm {...shared} />
      </Section>
      <Section title="Defaults of rounds" isDirty={dirty.includes("rounds")}>
        <ResultOf query={rules} height={320}>
          {(defaults) => <RoundDefaults {...shared} rules={defaults} isDirty={dirty.includes("rounds")} />}
        </ResultOf>
      </Section>
      <Section title="Defaults of training runs" isDirty={dirty.includes("training")}>
        <ResultOf query={losses} height={320}>
          {(defaults) => <TrainingDefaults {...shared} losses={defaults} isDirty={dirty.includes("training")} />}
        </ResultOf>
      </Section>
      <Section title="Evaluation" isDirty={dirty.includes("evaluation")}>
        <EvaluationForm {...shared} />
      </Section>
      {question}
    </Page>
  );
}

function Section({ title, isDirty, children }: { title: string; isDirty: boolean; children: ReactNode }) {
  return (
    <Paper withBorder p="md" bg="var(--tb-surface)" component="section" aria-label={title}>
      <Stack>
        <Group justify="space-between">
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed" aria-live="polite">
            {isDirty ? "Not saved yet" : ""}
          </Text>
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}

function useDirty(part: Part, isDirty: boolean, onDirty: PartProps["onDirty"]) {
  useEffect(() => onDirty(part, isDirty), [part, isDirty, onDirty]);
}

/** At once, and apart from what is saved: it is pressed in a hurry. */
function Pause({ project }: { project: Project }) {
  const update = useUpdateProject(project.id);
  return (
    <Paper withBorder p="md" bg="var(--tb-surface)">
      <Switch
        label="Pause labelling"
        description="At once: nobody gets new pairs; labels of pairs that people have before them are still taken."
        checked={project.is_paused}
        disabled={update.isPending}
        onChange={(event) => update.mutate({ is_paused: event.currentTarget.checked })}
      />
      <ErrorNote error={update.error} title="Nothing was changed" />
    </Paper>
  );
}

function ProjectForm({ project, onDirty }: PartProps) {
  const update = useUpdateProject(project.id);
  const form = useForm({
    initialValues: {
      name: project.name,
      guideline: project.guideline,
      after: project.retrain_after_labels,
      cron: project.retrain_cron ?? "",
      auto_promote: project.auto_promote,
      masks_makers: project.masks_makers,
    },
  });
  const [version, setVersion] = useState(project.guideline_version);
  useDirty("project", form.isDirty(), onDirty);
  // Only what was changed here is sent: others may have changed the rest since this page was opened.
  const submit = form.onSubmit((values) =>
    update.mutate(
      {
        ...(form.isDirty("name") && { name: values.name }),
        ...(form.isDirty("guideline") && { guideline: values.guideline, guideline_version: version }),
        ...(form.isDirty("after") && { retrain_after_labels: values.after }),
        ...(form.isDirty("cron") && { retrain_cron: values.cron.trim() || null }),
        ...(form.isDirty("auto_promote") && { auto_promote: values.auto_promote }),
        ...(form.isDirty("masks_makers") && { masks_makers: values.masks_makers }),
      },
      {
        onSuccess: (saved) => {
          form.resetDirty(values);
          if (saved.guideline === values.guideline) setVersion(saved.guideline_version);
        },
      },
    ),
  );
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label="Name" required maxLength={200} {...form.getInputProps("name")} />
        <Textarea
          label="Guideline"
          description="What annotators read, one key away. A changed text gets a new version; each label stores the version it was given under."
          autosize
          minRows={5}
          maxRows={20}
          {...form.getInputProps("guideline")}
        />
        <NumberField
          label="Retrain after so many new preferences"
          description="Counted since the last run, whatever became of it. Empty: only by hand, or by schedule."
          empty="only by hand"
          isWhole
          min={1}
          step={1}
          value={form.values.after}
          onChange={(value) => form.setFieldValue("after", value)}
        />
        <TextInput
          label="Retrain by schedule"
          description="Five cron fields, UTC; 0 3 * * * is every night at three. Empty: never."
          placeholder="never"
          {...form.getInputProps("cron")}
        />
        <Switch
          label="Promote a new model when it beats the reference"
          description="When the whole 95 % interval of its win-rate is above one half. Needs a judge, below."
          {...form.getInputProps("auto_promote", { type: "checkbox" })}
        />
        <Switch
          label="Hide who made an answer"
          description="Where an answer names its own maker (“As ChatGPT, I …”), annotators see the name replaced. Stored texts stay."
          {...form.getInputProps("masks_makers", { type: "checkbox" })}
        />
        <ErrorNote error={update.error} title="Nothing was changed" />
        <Save isPending={update.isPending} isSaved={update.isSuccess && !form.isDirty()} />
      </Stack>
    </form>
  );
}

function Save({ isPending, isSaved }: { isPending: boolean; isSaved: boolean }) {
  return (
    <Group justify="flex-end">
      <Saved when={isSaved} />
      <Button type="submit" loading={isPending}>
        Save
      </Button>
    </Group>
  );
}

type DefaultsProps = PartProps & { isDirty: boolean };

function RoundDefaults({ project, rules, isDirty, onDirty }: DefaultsProps & { rules: RuleDefaults }) {
  const update = useUpdateProject(project.id);
  const follow = useRuleChange(rules);
  return (
    <ConfigForm
      initial={project.round}
      main={MAIN_ROUND_FIELDS}
      more={MORE_ROUND_FIELDS}
      follow={follow}
      submit="Save"
      isPending={update.isPending}
      onSubmit={(_, round, onSaved) => update.mutate({ round }, { onSuccess: (saved) => onSaved(saved.round) })}
      onDirty={(now) => onDirty("rounds", now)}
    >
      <ErrorNote error={update.error} title="Nothing was changed" />
      <Saved when={update.isSuccess && !isDirty} />
    </ConfigForm>
  );
}

function TrainingDefaults({ project, losses, isDirty, onDirty }: DefaultsProps & { losses: LossDefaults }) {
  const update = useUpdateProject(project.id);
  const follow = useLossChange(losses, project.training);
  return (
    <ConfigForm
      initial={project.training}
      main={aboutLoss(losses)}
      more={MORE_TRAINING_FIELDS}
      follow={follow}
      submit="Save"
      isPending={update.isPending}
      onSubmit={(_, training, onSaved) =>
        update.mutate({ training }, { onSuccess: (saved) => onSaved(saved.training) })
      }
      onDirty={(now) => onDirty("training", now)}
    >
      <ErrorNote error={update.error} title="Nothing was changed" />
      <Saved when={update.isSuccess && !isDirty} />
    </ConfigForm>
  );
}

type EvaluationValues = Omit<EvaluationConfig, "judge"> & { judge: string; tie_margin: number };

const EVALUATION_FIELDS: ConfigField<EvaluationValues>[] = [
  {
    kind: "number",
    isWhole: true,
    name: "prompts",
    label: "Eval prompts per evaluation",
    hint: "All of them when there are fewer",
    min: 1,
    max: 100_000,
  },
  {
    kind: "number",
    isWhole: true,
    name: "max_new_tokens",
    label: "Longest completion",
    hint: "Tokens",
    min: 1,
    max: 32_768,
  },
  {
    kind: "number",
    name: "temperature",
    label: "Temperature",
    hint: "Of the answers that are compared",
    above: 0,
    max: 5,
    step: 0.1,
  },
  {
    kind: "number",
    isWhole: true,
    name: "seed",
    label: "Seed",
    hint: "Same seed, same answers",
    min: 0,
    max: MAX_SEED,
  },
];

function EvaluationForm({ project, onDirty }: PartProps) {
  const update = useUpdateProject(project.id);
  const { form, changes, isDirty, settle } = useSharedForm(evaluationValues(project.evaluation));
  useDirty("evaluation", isDirty, onDirty);
  const submit = form.onSubmit((values) =>
    update.mutate(
      { evaluation: evaluationChanges(changes, project.evaluation.judge) },
      { onSuccess: ({ evaluation }) => settle(values, evaluationValues(evaluation)) },
    ),
  );
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Judge for evaluations"
          description="A reward model: a sequence-classification folder or hub name. Empty: no win-rates."
          {...form.getInputProps("judge")}
        />
        <NumberField
          label="Margin of a tie"
          description="Scores of the judge that differ by no more than this are a tie."
          min={0}
          step={0.1}
          value={form.values.tie_margin}
          onChange={(value) => form.setFieldValue("tie_margin", value ?? 0)}
        />
        <ConfigFields form={form} fields={EVALUATION_FIELDS} />
        <ErrorNote error={update.error} title="Nothing was changed" />
        <Save isPending={update.isPending} isSaved={update.isSuccess && !isDirty} />
      </Stack>
    </form>
  );
}

function evaluationValues({ judge, ...rest }: EvaluationConfig): EvaluationValues {
  return { ...rest, judge: judge?.model ?? "", tie_margin: judge?.tie_margin ?? 0 };
}

/** The judge and its margin are one setting to the service: what was left as it is, is as it is stored now. */
function evaluationChanges(
  { judge, tie_margin, ...rest }: Partial<EvaluationValues>,
  stored: EvaluationConfig["judge"],
): Partial<EvaluationConfig> {
  if (judge === undefined && tie_margin === undefined) return rest;
  const model = (judge ?? stored?.model ?? "").trim();
  const margin = tie_margin ?? stored?.tie_margin ?? 0;
  return { ...rest, judge: model ? { kind: "reward_model", model, tie_margin: margin } : null };
}
