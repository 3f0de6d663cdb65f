// The first step of a set-up: a name, a model that is looked at as it is typed, and what annotators are told.
import { Accordion, Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { useCreateProject } from "@/api/projects";
import { sandboxQuery } from "@/api/setup";
import type { ProjectCreate, Sandbox } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { Page } from "@/ui/Page";

import { ModelField } from "./ModelField";
import { SetupSteps } from "./SetupSteps";

type Values = { name: string; which: "own" | "sandbox"; model: string; guideline: string; judge: string };

export function NewProjectPage() {
  const create = useCreateProject();
  const navigate = useNavigate();
  const { data: sandbox } = useQuery(sandboxQuery);
  const form = useForm<Values>({ initialValues: { name: "", which: "own", model: "", guideline: "", judge: "" } });
  const { which } = form.values;
  const submit = form.onSubmit((values) =>
    create.mutate(values.which === "sandbox" && sandbox ? onSandbox(values, sandbox) : onOwnModel(values), {
      onSuccess: ({ id }) => navigate({ to: `/projects/${id}/setup` }),
    }),
  );
  return (
    <Page title="New project" size={820}>
      <SetupSteps now={0} />
      <form onSubmit={submit}>
        <Stack>
          <TextInput label="Name" required maxLength={200} autoFocus {...form.getInputProps("name")} />
          {sandbox && (
            <SegmentedControl
              aria-label="Which model"
              style={{ alignSelf: "flex-start" }}
              data={[
                { value: "own", label: "My own model" },
                { value: "sandbox", label: "The sandbox model" },
              ]}
              {...form.getInputProps("which")}
            />
          )}
          {which === "sandbox" ? (
            <Text size="sm" c="dimmed">
              A small chat model that comes along, to try things with, and its prompts and judge: a whole turn of the
              loop takes minutes on any computer.
            </Text>
          ) : (
            <OwnModel form={form} />
          )}
          <ErrorNote error={create.error} title="The project was not created" />
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending}>
              Create the project
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}

function OwnModel({ form }: { form: ReturnType<typeof useForm<Values>> }) {
  return (
    <>
      <ModelField
        label="Model"
        description="A folder on the server in the Hugging Face layout, or a hub name. It becomes the reference that training starts from."
        kind="reference"
        required
        value={form.values.model}
        onChange={(model) => form.setFieldValue("model", model)}
      />
      <Accordion variant="contained" keepMounted={false}>
        <Accordion.Item value="more">
          <Accordion.Control>Judge and guideline, which can wait</Accordion.Control>
          <Accordion.Panel>
            <Stack>
              <ModelField
                label="Judge for evaluations"
                description="A reward model: a sequence-classification folder or hub name. Without one there are no win-rates."
                kind="judge"
                value={form.values.judge}
                onChange={(judge) => form.setFieldValue("judge", judge)}
              />
              <Textarea
                label="Guideline"
                description="What annotators read: what makes an answer better. Markdown."
                autosize
                minRows={6}
                maxRows={20}
                {...form.getInputProps("guideline")}
              />
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  );
}

function onOwnModel({ name, model, guideline, judge }: Values): Partial<ProjectCreate> {
  const evaluation = judge.trim() ? { evaluation: { judge: { kind: "reward_model", model: judge } } } : {};
  return { name, model, guideline, ...(evaluation as object) };
}

function onSandbox(
  { name }: Values,
  { model, guideline, round, training, evaluation }: Sandbox,
): Partial<ProjectCreate> {
  return { name, model, guideline, round, training, evaluation };
}
