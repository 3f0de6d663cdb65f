// One label: the whole pair as its author saw it, what was said, and why the pair was asked.
import { Badge, Group, Modal, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { labelQuery } from "@/api/lists";
import type { LabelDetail } from "@/api/types";
import { Markdown } from "@/ui/Markdown";
import { count, decimal, time } from "@/ui/numbers";
import { Prompt } from "@/ui/Prompt";
import { ResultOf } from "@/ui/ResultOf";

import { verdictOf } from "./verdicts";

export function LabelModal({ labelId, onClose }: { labelId: string | null; onClose: () => void }) {
  return (
    <Modal opened={labelId !== null} onClose={onClose} size="80rem" title="Label">
      {labelId && <Loaded labelId={labelId} />}
    </Modal>
  );
}

function Loaded({ labelId }: { labelId: string }) {
  const label = useQuery(labelQuery(labelId));
  return <ResultOf query={label}>{(row) => <Whole label={row} />}</ResultOf>;
}

function Whole({ label }: { label: LabelDetail }) {
  const { pair, left_is } = label;
  const [left, right] =
    left_is === "a" ? [pair.completion_a, pair.completion_b] : [pair.completion_b, pair.completion_a];
  const sides = [
    { name: "Left", completion: left, won: label.winner === "left" },
    { name: "Right", completion: right, won: label.winner === "right" },
  ];
  return (
    <Stack>
      <Text size="sm">
        <b>{verdictOf(label)}</b>
        {label.is_undone && ", taken back later"}, by {label.author}, {time(label.created_at)}, after{" "}
        {decimal(label.time_on_task_ms === null ? null : label.time_on_task_ms / 1000, 1)} s, guideline version{" "}
        {label.guideline_version}, {label.arm} arm
        {label.round_number !== null && ` of round ${label.round_number}`}, {label.disposition}.
      </Text>
      {label.skip_reason && <Text size="sm">Reason: {label.skip_reason}</Text>}
      {label.comment && <Text size="sm">Comment: {label.comment}</Text>}
      <div>
        <Title order={3} mb={4}>
          Prompt
        </Title>
        <Prompt content={pair.prompt.content} />
      </div>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {sides.map(({ name, completion, won }) => (
          <Paper key={name} withBorder p="sm" bg="var(--tb-surface)" component="section" aria-label={`${name} answer`}>
            <Group justify="space-between" mb="xs">
              <Text size="xs" c="dimmed" fw={600}>
                {name} · {count(completion.token_count)} tokens
              </Text>
              {won && <Badge tt="none">better</Badge>}
            </Group>
            <Markdown text={completion.text} />
          </Paper>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
