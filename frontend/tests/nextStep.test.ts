// What a project's overview proposes.
import { expect, it } from "vitest";

import { nextStep, stateLine } from "@/admin/nextStep";
import type { Model, Overview, Project, Round, TrainingRun } from "@/api/types";

const project = {
  id: "p",
  training: { minimum_labels: 8 },
  evaluation: { judge: { model: "judge" } },
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
  toward_retraining: null,
  labels: 44,
  ties: 0,
  people_active: 0,
  programs_active: 0,
  policy: { number: 2 } as Overview["policy"],
  newest_model: null,
  previous_policy: null,
};
const round = (status: Round["status"], created_at = "2026-01-01T00:00:00Z") =>
  ({ id: "r", number: 3, status, labelled: 5, slots: 64, created_at }) as Round;
const model = (number: number, more: Partial<Model> = {}) => ({
  newest_model: {
    number,
    evaluation_status: null,
    results: {},
    created_at: "2026-01-02T00:00:00Z",
    ...more,
  } as Model,
});
const run = (status: TrainingRun["status"], created_at = "2026-01-01T12:00:00Z") =>
  ({ id: "t", number: 2, status, created_at }) as TrainingRun;

it.each([
  ["Continue the set-up", { ...overview, labels: 0 }, [], []],
  ["Start a round", overview, [], []],
  ["Watch round 3", overview, [round("scoring")], []],
  ["Label the open pairs", { ...overview, open_pairs: 3 }, [round("open")], []],
  ["See why round 3 failed", overview, [round("failed")], []],
  ["Retrain on the labels", { ...overview, new_preferences: 10 }, [round("closed")], [run("succeeded")]],
  ["Watch run 2", { ...overview, new_preferences: 10 }, [round("closed")], [run("running")]],
  ["Start a round", { ...overview, new_preferences: 2, preferences: 2 }, [round("closed")], []],
  ["Evaluate model 3", { ...overview, ...model(3) }, [round("closed")], [run("succeeded")]],
  [
    "Compare model 3 with model 2",
    { ...overview, eval_prompts: 0, ...model(3) },
    [round("closed")],
    [run("succeeded")],
  ],
  [
    "Watch the evaluation of model 3",
    { ...overview, ...model(3, { evaluation_status: "running" }) },
    [round("closed")],
    [run("succeeded")],
  ],
  [
    "See why the evaluation of model 3 failed",
    { ...overview, ...model(3, { evaluation_status: "failed" }) },
    [round("closed")],
    [run("succeeded")],
  ],
  [
    "Promote model 3",
    { ...overview, open_pairs: 3, ...model(3, { results: { win_rate: 0.6, win_rate_low: 0.51, win_rate_high: 0.9 } }) },
    [round("open")],
    [run("succeeded")],
  ],
  [
    "Start a round",
    { ...overview, ...model(3, { results: { win_rate: 0.6, win_rate_low: 0.49, win_rate_high: 0.9 } }) },
    [round("closed")],
    [run("succeeded")],
  ],
  ["Start a round", { ...overview, ...model(2) }, [round("closed")], [run("succeeded")]],
])("proposes: %s", (name, figures, rounds, runs) => {
  expect(nextStep({ project, overview: figures, rounds, runs }).name).toBe(name);
});

it("names a new model without a judge: to be seen beside the policy, until the next round or run is begun", () => {
  const unjudged = { ...project, evaluation: { judge: null } } as unknown as Project;
  const where = { project: unjudged, overview: { ...overview, ...model(3) }, runs: [run("succeeded")] };
  expect(nextStep({ ...where, rounds: [round("open")] })).toEqual({
    name: "Compare model 3 with model 2",
    to: "/projects/p/playground",
    why: "No judge is set: see what both answer, then promote it under Models, or start the next round.",
  });
  const later = "2026-01-03T00:00:00Z";
  expect(nextStep({ ...where, rounds: [round("open", later)] }).name).toBe("Watch round 3");
  const rounds = [round("closed")];
  expect(nextStep({ ...where, rounds, runs: [run("cancelled", later)] }).name).toBe("Start a round");
  // What waits for people, or went wrong since, comes before a look at a model.
  expect(nextStep({ ...where, rounds, runs: [run("failed", later)] }).name).toBe("See why run 2 failed");
  const open = { ...where, overview: { ...where.overview, open_pairs: 3 }, rounds };
  expect(nextStep(open).name).toBe("Label the open pairs");
  expect(nextStep({ ...open, project: { ...unjudged, is_paused: true } }).name).toBe("Let people label again");
});

it("says that labelling is paused, and how to go on", () => {
  const where = { project: { ...project, is_paused: true }, overview: { ...overview, open_pairs: 3 }, runs: [] };
  expect(nextStep({ ...where, rounds: [round("open")] })).toMatchObject({
    name: "Let people label again",
    to: "/projects/p/settings",
  });
  expect(stateLine({ ...where, rounds: [round("open")] })).toContain("labelling is paused");
});

it("says where the loop stands in one line", () => {
  const figures = { ...overview, people_active: 3, programs_active: 1, new_preferences: 9, toward_retraining: 5 };
  expect(stateLine({ project, overview: figures, rounds: [round("open")], runs: [] })).toBe(
    "Round 3, 5 of 64 labelled, 3 people active, 1 judging program active, retraining at 64 new preferences, now 5. Model 2 samples.",
  );
});

it.each([
  [0.398, 0.34, 0.459, "Model 3 lost to the reference: it wins 39.8 % (34.0 to 45.9). "],
  [0.52, 0.46, 0.58, "Model 3 is not shown to be better than the reference: it wins 52.0 % (46.0 to 58.0). "],
])("says of a new model that wins %d what that means, whatever the next step is", (rate, low, high, said) => {
  const results = { win_rate: rate, win_rate_low: low, win_rate_high: high };
  const measured = { ...overview, ...model(3, { evaluation_status: "succeeded", results }) };
  const about = (open_pairs: number) =>
    nextStep({ project, overview: { ...measured, open_pairs }, rounds: [round("closed")], runs: [run("succeeded")] });
  expect(about(0)).toMatchObject({ name: "Start a round", why: `${said}There is nothing left to label.` });
  expect(about(1)).toMatchObject({ name: "Label the open pairs", why: `${said}1 pair waits for a label.` });
});
