// From the pool of prompts to the labels, step by step: the main steps as bars, the rest behind a fold.
import { Accordion, Paper, Stack, Text, Title } from "@mantine/core";

import type { Round } from "@/api/types";
import { count, percent } from "@/ui/numbers";

import { DataTable } from "./DataTable";
import classes from "./Funnel.module.css";

/** The way of the prompts, each step a part of the one before. */
const WAY: [string, string][] = [
  ["pool", "Prompts in the pool"],
  ["drawn_prompts", "Drawn"],
  ["sampled_prompts", "Sampled"],
];
const WORDS: Record<string, string> = {
  control_wanted: "Control pairs wanted",
  control_prompts: "Control prompts",
  candidates_wanted: "Candidates wanted",
  candidate_prompts: "Candidate prompts",
  unusable_prompts: "Prompts that cannot be used",
  completions: "Completions",
  ensemble_preferences: "Preferences the reward heads learned from",
  ensemble_left_out: "Preferences that do not fit the model",
  ensemble_accuracy: "Share of unseen ones they order rightly",
  control_pairs: "Control pairs opened",
  active_pairs: "Active pairs opened",
  withdrawn_slots: "Labels no longer asked for",
};

export function Funnel({ round }: { round: Round }) {
  const steps = stepsOf(round);
  const most = Math.max(1, ...steps.map(({ value }) => value));
  return (
    <Paper withBorder p="md" bg="var(--tb-surface)" component="section" aria-label="Funnel">
      <Title order={2} fz="sm" mb="xs">
        Funnel
      </Title>
      {steps.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing drawn yet.
        </Text>
      )}
      <Stack component="ol" gap={8} p={0} m={0} className={classes.steps}>
        {steps.map(({ name, value }) => (
          <li key={name}>
            <div className={classes.words}>
              <span>{name}</span>
              <span className="tb-number">{count(value)}</span>
            </div>
            {/* A root, because the pool is often a hundred times what is chosen from it. */}
            <div className={classes.bar} style={{ width: percent(Math.sqrt(value / most), 1).replace(" ", "") }} />
          </li>
        ))}
      </Stack>
      <Text size="xs" c="dimmed" mt="xs">
        The width of a bar grows with the root of its number.
      </Text>
      <Details funnel={round.funnel} />
    </Paper>
  );
}

function stepsOf({ funnel, slots, labelled }: Round): { name: string; value: number }[] {
  const number = (name: string) => (typeof funnel[name] === "number" ? funnel[name] : undefined);
  const opened = (number("control_pairs") ?? 0) + (number("active_pairs") ?? 0);
  const way = WAY.map(([key, name]) => ({ name, value: number(key) }));
  const all = [
    ...way,
    { name: "Pairs chosen", value: opened || undefined },
    { name: "Labelled", value: slots > 0 ? labelled : undefined },
  ];
  return all.filter((step): step is { name: string; value: number } => step.value !== undefined);
}

function Details({ funnel }: Pick<Round, "funnel">) {
  const rows = Object.entries(funnel).filter(
    ([name, value]) => typeof value === "number" && !WAY.some(([key]) => key === name),
  );
  if (rows.length === 0) return null;
  return (
    <Accordion variant="default" mt="xs" keepMounted={false}>
      <Accordion.Item value="all" style={{ borderBottom: 0 }}>
        <Accordion.Control px={0}>
          <Text size="sm">All counts</Text>
        </Accordion.Control>
        <Accordion.Panel>
          <DataTable
            label="All counts of the funnel"
            columns={[
              { title: "What", cell: ([name]) => WORDS[name] ?? name.replaceAll("_", " "), wrap: true },
              {
                title: "Number",
                cell: ([name, value]) => (name === "ensemble_accuracy" ? percent(Number(value)) : count(Number(value))),
                number: true,
              },
            ]}
            rows={rows}
            rowKey={([name]) => name}
            nothing=""
          />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
