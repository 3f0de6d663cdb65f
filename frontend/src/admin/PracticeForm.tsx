// Writes a practice pair, anew, from an existing pair, or over an old one.
import { Button, Group, Input, Paper, Radio, SimpleGrid, Stack, Text, Textarea, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useEffect } from "react";

import { useSavePractice } from "@/api/practice";
import type { PracticePair, PracticePairCreate } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { Prompt } from "@/ui/Prompt";

const ANSWERS = [
  { value: "left", label: "1 is better" },
  { value: "tie", label: "Tie" },
  { value: "both_bad", label: "Both bad" },
  { value: "right", label: "2 is better" },
];

type Props = {
  projectId: string;
  /** The pair that is replaced; null for a new one. */
  pair: PracticePair | null;
  /** What a new one begins with: a pair of a round, which nobody is asked about any more once this is saved. */
  draft?: Pick<PracticePair, "prompt" | "left" | "right"> & { pair_id: string };
  onDone: () => void;
  onCancel: () => void;
  /** Told whether there is anything to lose. */
  onDirty: (isDirty: boolean) => void;
};

/** Takes the focus when it appears: it stands above the list whose buttons open it. */
export function PracticeForm({ projectId, pair, draft, onDone, onCancel, onDirty }: Props) {
  const save = useSavePractice(projectId);
  const first = pair ?? draft;
  const messages = typeof first?.prompt === "string" ? null : first?.prompt;
  const form = useForm({
    initialValues: {
      prompt: typeof first?.prompt === "string" ? first.prompt : "",
      left: first?.left ?? "",
      right: first?.right ?? "",
      answer: pair ? (pair.winner ?? pair.verdict) : "",
      explanation: pair?.explanation ?? "",
    },
  });
  const isDirty = form.isDirty();
  useEffect(() => {
    onDirty(isDirty);
    return () => onDirty(false);
  }, [isDirty, onDirty]);
  const submit = form.onSubmit(({ prompt, answer, ...rest }) => {
    const side = answer === "left" || answer === "right" ? answer : null;
    const verdict = side ? "preferred" : (answer as "tie" | "both_bad");
    const from = draft && { pair_id: draft.pair_id };
    const body = { ...rest, ...from, prompt: messages ?? prompt, verdict, winner: side } as PracticePairCreate;
    save.mutate({ id: pair?.id ?? null, body }, { onSuccess: onDone });
  });
  const area = { autosize: true, minRows: 3, maxRows: 14, maxLength: 100_000 };
  return (
    <Paper withBorder p="md" bg="var(--tb-surface)">
      <form onSubmit={submit}>
        <Stack>
          <Title order={2}>{pair ? "Edit the practice pair" : "New practice pair"}</Title>
          {messages ? (
            <Input.Wrapper label="Prompt" labelElement="div">
              <Prompt content={messages} />
            </Input.Wrapper>
          ) : (
            <Textarea label="Prompt" required autoFocus {...area} {...form.getInputProps("prompt")} />
          )}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Textarea label="Answer 1" autoFocus={messages != null} {...area} {...form.getInputProps("left")} />
            <Textarea label="Answer 2" {...area} {...form.getInputProps("right")} />
          </SimpleGrid>
          <Radio.Group label="Right answer" required {...form.getInputProps("answer")}>
            <Group mt={4} gap="xs">
              {ANSWERS.map((answer) => (
                <Radio key={answer.value} required {...answer} />
              ))}
            </Group>
          </Radio.Group>
          <Textarea
            label="Explanation"
            description="Shown after the answer, whatever it was. Markdown."
            required
            {...area}
            maxLength={10_000}
            {...form.getInputProps("explanation")}
          />
          {draft && (
            <Text size="sm">
              Everybody will know the answer: from then on nobody is asked about this pair, and its labels do not train.
            </Text>
          )}
          <ErrorNote error={save.error} title="Nothing was saved" />
          <Group justify="flex-end">
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
