// A project is made of a name, a model and a guideline; everything else has defaults that can be changed later.
import { Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";

import { useCreateProject } from "@/api/projects";
import { ErrorNote } from "@/ui/ErrorNote";
import { Page } from "@/ui/Page";

export function NewProjectPage() {
  const create = useCreateProject();
  const navigate = useNavigate();
  const form = useForm({ initialValues: { name: "", model: "", guideline: "", judge: "" } });
  const submit = form.onSubmit(({ name, model, guideline, judge }) => {
    const evaluation = judge.trim() ? { evaluation: { judge: { kind: "reward_model", model: judge } } } : {};
    create.mutate(
      { name, model, guideline, ...(evaluation as object) },
      { onSuccess: ({ id }) => navigate({ to: `/projects/${id}` }) },
    );
  });
  return (
    <Page title="New project" size={720}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label="Name" required maxLength={200} autoFocus {...form.getInputProps("name")} />
          <TextInput
            label="Model"
            description="A folder on the server in the Hugging Face layout, or a hub name. It becomes the reference that training starts from."
            required
            maxLength={200}
            {...form.getInputProps("model")}
          />
          <TextInput
            label="Judge for evaluations"
            description="A reward model: a sequence-classification folder or hub name. Leave it empty to go without win-rates for now."
            maxLength={200}
            {...form.getInputProps("judge")}
          />
          <Textarea
            label="Guideline"
            description="What annotators read: what makes an answer better. Markdown."
            autosize
            minRows={6}
            maxRows={20}
            {...form.getInputProps("guideline")}
          />
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
