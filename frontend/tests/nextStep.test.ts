// What a project's overview proposes.
import { expect, it } from "vitest";

import { nextStep, stateLine } from "@/admin/nextStep";
import type { Overview, Project, Round, TrainingRun } from "@/api/types";

const project = {
  id: "p",
  training: { minimum_labels: 8 },
  policy: { number: 2 },
  retrain_after_labels: 64,
} as Project;
const overview: Overview = {
  train_prompts: 100,
  eval_prompts: 10,
  unused_prompts: 50,
  open_pairs: 0,
  live_leases: 0,
  preferences: 40,
  new_preferences: 0,
  labels: 44,
};
const round = (status: Round["status"]) => ({ id: "r", number: 3, status, labelled: 5, slots: 64 }) as Round;
const run = (status: TrainingRun["status"]) => ({ id: "t", number: 2, status }) as TrainingRun;

it.each([
  ["Import prompts", { ...overview, train_prompts: 0 }, [], []],
  ["Start a round", overview, [], []],
  ["Watch round 3", overview, [round("scoring")], []],
  ["Label the open pairs", { ...overview, open_pairs: 3 }, [round("open")], []],
  ["See why round 3 failed", overview, [round("failed")], []],
  ["Retrain on the labels", { ...overview, new_preferences: 10 }, [round("closed")], [run("succeeded")]],
  ["Watch run 2", { ...overview, new_preferences: 10 }, [round("closed")], [run("running")]],
  ["Start a round", { ...overview, new_preferences: 2, preferences: 2 }, [round("closed")], []],
])("proposes: %s", (name, figures, rounds, runs) => {
  expect(nextStep({ project, overview: figures, rounds, runs }).name).toBe(name);
});

it("says where the loop stands in one line", () => {
  const figures = { ...overview, live_leases: 3, new_preferences: 5 };
  expect(stateLine({ project, overview: figures, rounds: [round("open")], runs: [] })).toBe(
    "Round 3 is open, 5 of 64 labelled, 3 pairs lent to annotators now, 5 of 64 new labels to the next retrain. Model 2 samples.",
  );
});
