// The pairs of a round with what the acquisition knows of them; a row opens the whole texts and the reason.
import { Anchor, Badge, Group, Modal, Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { pairsQuery } from "@/api/rounds";
import type { Pair, PairFilter, Round } from "@/api/types";
import { Markdown } from "@/ui/Markdown";
import { MoreButton } from "@/ui/MoreButton";
import { count, decimal, figure, percent } from "@/ui/numbers";
import { Prompt, promptLine } from "@/ui/Prompt";
import { ResultOf } from "@/ui/ResultOf";

import { type Column, DataTable } from "./DataTable";
import { Filter } from "./Filter";
import { useFilters } from "./useFilters";
import { ARMS } from "./verdicts";
import { chosenOf, whyInFull, whyInShort } from "./whyThisPair";

export function PairsTable({ round }: { round: Round }) {
  const { one, text, set, isAny } = useFilters();
  const filter: PairFilter = { arm: one("arm", ["active", "control"]), sort: one("sort", ["queue", "score"]) };
  const pairs = useInfiniteQuery({ ...pairsQuery(round.id, filter), placeholderData: keepPreviousData });
  const [open, setOpen] = useState<Pair | null>(null);
  return (
    <>
      <Group align="end" justify="space-between">
        <Text size="sm" c="dimmed" maw="60ch">
          {filter.sort === "score" ? "The highest score first." : "In the order in which they are asked."} Annotators
          see none of these figures.
        </Text>
        <Filter
          label="Arm"
          all="Both"
          w={220}
          options={ARMS.filter(({ value }) => value !== "imported")}
          value={text("arm")}
          onChange={(arm) => set({ arm })}
        />
      </Group>
      <ResultOf query={pairs}>
        {(rows) => (
          <DataTable
            label="Pairs"
            columns={columnsOf(round, setOpen)}
            rows={rows}
            rowKey={({ id }) => id}
            sorting={{ sort: filter.sort ?? "queue", onSort: (sort) => set({ sort: sort === "score" ? sort : null }) }}
            nothing={isAny ? "No pair fits." : "No pairs yet."}
          />
        )}
      </ResultOf>
      <MoreButton {...pairs} />
      <Modal opened={open !== null} onClose={() => setOpen(null)} size="80rem" title="Pair">
        {open && <Whole pair={open} round={round} />}
      </Modal>
    </>
  );
}

const columnsOf = (round: Round, onOpen: (pair: Pair) => void): Column<Pair>[] => [
  {
    title: "Place",
    cell: ({ priority }) => count(priority + 1),
    number: true,
    sorts: { rising: "queue" },
  },
  {
    title: "Prompt",
    cell: (pair) => (
      <Anchor component="button" size="sm" maw={340} truncate display="block" dir="auto" onClick={() => onOpen(pair)}>
        {promptLine(pair.prompt.content).slice(0, 160) || "(empty)"}
      </Anchor>
    ),
  },
  {
    title: "Arm",
    cell: ({ arm }) => (
      <Badge variant="default" tt="none" fw={500} miw="max-content">
        {arm}
      </Badge>
    ),
  },
  { title: "Why this pair", cell: (pair) => whyInShort(pair, chosenOf(round)) },
  {
    title: "Score",
    cell: ({ score }) => decimal(score, 3),
    number: true,
    hint: "Higher is asked first",
    sorts: { falling: "score" },
  },
  {
    title: "Margin, nats",
    cell: ({ margin }) => decimal(margin, 3),
    number: true,
    hint: "Implicit reward of a less that of b",
  },
  {
    title: "Chance",
    cell: ({ selection_probability: chance }) => percent(chance, chance !== null && chance < 0.01 ? 3 : 1),
    number: true,
    hint: "Probability that the pair is chosen",
  },
  {
    title: "Tokens",
    cell: ({ completion_a, completion_b }) => `${count(completion_a.token_count)} / ${count(completion_b.token_count)}`,
    number: true,
    hint: "Of completion a and of b",
  },
];

function Whole({ pair, round }: { pair: Pair; round: Round }) {
  return (
    <Stack>
      <Stack gap={4} component="section" aria-label="Why this pair">
        {whyInFull(pair, round).map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
      </Stack>
      <Prompt content={pair.prompt.content} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {[pair.completion_a, pair.completion_b].map((completion, index) => (
          <Paper key={completion.id} withBorder p="sm" bg="var(--tb-surface)">
            <Text size="xs" c="dimmed" fw={600} mb="xs">
              {index === 0 ? "a" : "b"} · {count(completion.token_count)} tokens · logprob {figure(completion.logprob)}{" "}
              · reference {figure(completion.reference_logprob)} · {completion.finish_reason}
            </Text>
            <Markdown text={completion.text} />
          </Paper>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
