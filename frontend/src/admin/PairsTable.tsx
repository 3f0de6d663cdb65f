// The pairs of a round with what the acquisition knows of them; a row unfolds to the whole texts.
import { Badge, Button, Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { pairsQuery } from "@/api/rounds";
import type { Pair } from "@/api/types";
import { Markdown } from "@/ui/Markdown";
import { MoreButton } from "@/ui/MoreButton";
import { count, figure } from "@/ui/numbers";
import { Prompt, promptLine } from "@/ui/Prompt";
import { ResultOf } from "@/ui/ResultOf";

import { type Column, DataTable } from "./DataTable";

export function PairsTable({ roundId }: { roundId: string }) {
  const pairs = useInfiniteQuery(pairsQuery(roundId));
  const [open, setOpen] = useState<Pair | null>(null);
  const columns: Column<Pair>[] = [
    {
      title: "Prompt",
      cell: (pair) => (
        <Button variant="subtle" size="compact-sm" maw={420} onClick={() => setOpen(pair)} dir="auto">
          {promptLine(pair.prompt.content).slice(0, 120) || "(empty)"}
        </Button>
      ),
    },
    {
      title: "Arm",
      cell: ({ arm }) => (
        <Badge variant="default" tt="none">
          {arm}
        </Badge>
      ),
    },
    { title: "Score", cell: ({ score }) => figure(score), number: true, hint: "Higher is asked first" },
    {
      title: "Margin",
      cell: ({ margin }) => figure(margin),
      number: true,
      hint: "Implicit reward of a less that of b",
    },
    { title: "Probability", cell: ({ selection_probability }) => figure(selection_probability), number: true },
    {
      title: "Tokens",
      cell: ({ completion_a, completion_b }) =>
        `${count(completion_a.token_count)} / ${count(completion_b.token_count)}`,
      number: true,
    },
    { title: "Place", cell: ({ priority }) => priority, number: true },
  ];
  return (
    <>
      <ResultOf query={pairs}>
        {(rows) => (
          <DataTable label="Pairs" columns={columns} rows={rows} rowKey={({ id }) => id} nothing="No pairs yet." />
        )}
      </ResultOf>
      <MoreButton {...pairs} />
      <Modal opened={open !== null} onClose={() => setOpen(null)} size="90rem" title="Pair">
        {open && <Texts pair={open} />}
      </Modal>
    </>
  );
}

function Texts({ pair }: { pair: Pair }) {
  return (
    <Stack>
      <Prompt content={pair.prompt.content} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {[pair.completion_a, pair.completion_b].map((completion, index) => (
          <div key={completion.id}>
            <Text size="xs" c="dimmed" fw={600}>
              {index === 0 ? "a" : "b"} · {count(completion.token_count)} tokens · logprob {figure(completion.logprob)}{" "}
              · reference {figure(completion.reference_logprob)} · {completion.finish_reason}
            </Text>
            <Markdown text={completion.text} />
          </div>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
