// From the pool of prompts to the pairs that people see, step by step.
import { Stack, Title } from "@mantine/core";

import type { Round } from "@/api/types";
import { count } from "@/ui/numbers";

import { DataTable } from "./DataTable";

const WORDS: Record<string, string> = {
  pool: "Prompts in the pool",
  drawn_prompts: "Prompts drawn",
  control_wanted: "Control pairs wanted",
  control_prompts: "Control prompts",
  candidates_wanted: "Candidates wanted",
  candidate_prompts: "Candidate prompts",
  sampled_prompts: "Prompts sampled",
  unusable_prompts: "Prompts that cannot be used",
  completions: "Completions",
  ensemble_preferences: "Preferences the reward heads learned from",
  ensemble_left_out: "Preferences that do not fit the model",
  ensemble_accuracy: "Share of unseen ones they order rightly",
  control_pairs: "Control pairs opened",
  active_pairs: "Active pairs opened",
  withdrawn_slots: "Labels no longer asked for",
};

/** The known steps in their order, then whatever else the round recorded. */
function stepsOf(funnel: Round["funnel"]): [string, unknown][] {
  const known = Object.keys(WORDS).filter((name) => name in funnel);
  const other = Object.keys(funnel).filter((name) => !(name in WORDS));
  return [...known, ...other].map((name) => [WORDS[name] ?? name.replaceAll("_", " "), funnel[name]]);
}

export function Funnel({ funnel }: Pick<Round, "funnel">) {
  return (
    <Stack component="section" gap="sm" maw={480}>
      <Title order={2}>Funnel</Title>
      <DataTable
        label="Funnel"
        columns={[
          { title: "Step", cell: ([name]) => name },
          {
            title: "Number",
            cell: ([, value]) => (typeof value === "number" ? count(value) : JSON.stringify(value)),
            number: true,
          },
        ]}
        rows={stepsOf(funnel)}
        rowKey={([name]) => name}
        nothing="Nothing drawn yet."
      />
    </Stack>
  );
}
