// What two models answered to one prompt, or how far that is.
import { Alert, Group, Loader, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";

import type { Sampling } from "@/api/types";
import { count } from "@/ui/numbers";
import { Markdown } from "@/ui/Markdown";
import { Prompt } from "@/ui/Prompt";

type Props = { sampling: Sampling; nameOf: (version: string) => string };

export function SideBySide({ sampling, nameOf }: Props) {
  const { left_version_id: left, right_version_id: right, results, config } = sampling;
  return (
    <Stack component="section" gap="sm" aria-label="Answers">
      <Paper withBorder p="md">
        <Prompt content={sampling.content} />
        <Text size="xs" c="dimmed" mt="xs">
          Temperature {config.temperature}, at most {count(config.max_new_tokens)} tokens, seed {config.seed}
        </Text>
      </Paper>
      <State sampling={sampling} />
      {sampling.status === "succeeded" && (
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Side name={nameOf(left)} answers={results.left} />
          <Side name={nameOf(right)} answers={results.right} />
        </SimpleGrid>
      )}
    </Stack>
  );
}

function State({ sampling: { status, waits_for, done, total, error } }: Pick<Props, "sampling">) {
  if (status === "failed") {
    return (
      <Alert color="red" variant="light" title="The models did not answer" role="alert">
        {error}
      </Alert>
    );
  }
  if (status === "succeeded") return null;
  return (
    <Group gap="xs" role="status" mih={32} wrap="nowrap">
      <Loader size={16} />
      <Text size="sm">
        {status === "queued" ? queued(waits_for) : `Running: ${count(done)} of ${count(total)} models have answered.`}
      </Text>
    </Group>
  );
}

function queued(waits_for: string[]): string {
  if (waits_for.length === 0) return "Queued: a worker that samples takes it as soon as it is free.";
  return `Queued behind ${waits_for.join(", and ")}. A worker takes it when it is done with what it has begun.`;
}

type Answers = Sampling["results"]["left"];

function Side({ name, answers }: { name: string; answers: Answers }) {
  return (
    <Stack gap="sm" miw={0} component="section" aria-label={`Answers of ${name}`}>
      <Title order={3}>{name}</Title>
      {answers.map(({ text, tokens, finish_reason }, index) => (
        <Paper key={index} withBorder p="md" bg="var(--tb-surface)" style={{ overflowWrap: "anywhere" }}>
          <Markdown text={text} />
          <Text size="xs" c="dimmed" mt="xs">
            {count(tokens)} tokens{finish_reason === "length" ? ", cut at the longest answer" : ""}
          </Text>
        </Paper>
      ))}
    </Stack>
  );
}
