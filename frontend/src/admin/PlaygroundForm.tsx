// What the playground asks: two models, a text or a chat, and how to draw.
import { Button, Group, NumberInput, Paper, SegmentedControl, Select, Stack, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";

import { useSample } from "@/api/playground";
import type { Model, Project, SamplingCreate } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";

type Props = { project: Project; models: Model[]; onAsked: (id: string) => void };
type Values = {
  left: string;
  right: string;
  kind: "text" | "chat";
  system: string;
  text: string;
  temperature: number;
  max_new_tokens: number;
  samples: number;
  seed: number;
};

export function PlaygroundForm({ project, models, onAsked }: Props) {
  const sample = useSample(project.id);
  const ready = models.filter(({ status }) => status === "ready");
  const form = useForm<Values>({ initialValues: atFirst(project, ready) });
  const { kind } = form.values;
  const options = ready.map(({ id, number }) => ({ value: id, label: nameIn(project, id, number) }));
  const submit = form.onSubmit((values) => sample.mutate(asked(values), { onSuccess: ({ id }) => onAsked(id) }));
  return (
    <Paper withBorder p="md" bg="var(--tb-surface)" component="section" aria-label="Ask two models">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Group align="end">
            <Select label="Left" w={230} allowDeselect={false} data={options} {...form.getInputProps("left")} />
            <Select label="Right" w={230} allowDeselect={false} data={options} {...form.getInputProps("right")} />
            <SegmentedControl
              aria-label="Kind of prompt"
              data={[
                { value: "text", label: "Text" },
                { value: "chat", label: "Chat", disabled: project.reference.info["has_chat_template"] === false },
              ]}
              {...form.getInputProps("kind")}
            />
          </Group>
          {kind === "chat" && (
            <Textarea label="System" autosize minRows={1} maxRows={8} {...form.getInputProps("system")} />
          )}
          <Textarea
            label={kind === "chat" ? "User" : "Text to complete"}
            required
            withAsterisk={false}
            autosize
            minRows={3}
            maxRows={16}
            maxLength={100_000}
            {...form.getInputProps("text")}
          />
          <Group align="end">
            <NumberInput
              label="Temperature"
              w={120}
              required
              withAsterisk={false}
              min={0.05}
              max={5}
              step={0.1}
              {...form.getInputProps("temperature")}
            />
            <NumberInput
              label="Longest answer"
              w={150}
              suffix=" tokens"
              required
              withAsterisk={false}
              min={1}
              max={4096}
              {...form.getInputProps("max_new_tokens")}
            />
            <NumberInput
              label="Answers each"
              w={120}
              required
              withAsterisk={false}
              min={1}
              max={8}
              {...form.getInputProps("samples")}
            />
            <NumberInput label="Seed" w={120} required withAsterisk={false} min={0} {...form.getInputProps("seed")} />
            <Button type="submit" loading={sample.isPending} ml="auto">
              Sample
            </Button>
          </Group>
          <ErrorNote error={sample.error} title="Nothing was asked" />
        </Stack>
      </form>
    </Paper>
  );
}

function nameIn(project: Project, id: string, number: number): string {
  if (id === project.reference.id) return `Model ${number}, the reference`;
  return id === project.policy.id ? `Model ${number}, the policy` : `Model ${number}`;
}

/** The policy against the newest model, or the reference where that is the policy; a chat where the model knows one. */
function atFirst(project: Project, ready: Model[]): Values {
  const newest = ready[0]?.id ?? project.reference.id;
  return {
    left: newest === project.policy.id ? project.reference.id : project.policy.id,
    right: newest,
    kind: project.reference.info["has_chat_template"] === false ? "text" : "chat",
    system: "",
    text: "",
    temperature: project.round.temperature,
    max_new_tokens: project.round.max_new_tokens,
    samples: 1,
    seed: 0,
  };
}

function asked({ left, right, kind, system, text, ...config }: Values): SamplingCreate {
  const user = { role: "user" as const, content: text };
  const turns = system.trim() ? [{ role: "system" as const, content: system }, user] : [user];
  return { left_version_id: left, right_version_id: right, content: kind === "chat" ? turns : text, config };
}
