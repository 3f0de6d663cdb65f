// A project as the service describes it, for the pages that need one.
const version = {
  id: "m0",
  project_id: "p1",
  number: 0,
  parent_id: null,
  training_run_id: null,
  source: "/models/base",
  status: "ready",
  error: null,
  info: {},
  created_at: "2026-01-01T00:00:00Z",
};
export const project = {
  id: "p1",
  name: "Kitchen helper",
  guideline: "",
  guideline_version: 1,
  round: {
    rule: "entropy",
    labels: 64,
    control_share: 0.2,
    labels_per_pair: 1,
    over_generation: 8,
    samples_per_prompt: 2,
    max_pairs_per_prompt: 1,
    seed: null,
  },
  training: {
    loss: "dpo",
    beta: null,
    start_from: "reference",
    learning_rate: 5e-7,
    epochs: 4,
    batch_size: 64,
    lora_rank: 0,
    minimum_labels: 8,
    evaluate: true,
  },
  evaluation: { judge: null, prompts: 256 },
  retrain_after_labels: null,
  retrain_cron: null,
  auto_promote: false,
  reference: version,
  policy: version,
  created_at: "2026-01-01T00:00:00Z",
};

/** What its rules bring with them. */
export const rules = {
  entropy: { over_generation: 8, samples_per_prompt: 2 },
  auto: { over_generation: 4, samples_per_prompt: 8 },
};

/** What its losses do. */
export const losses = {
  dpo: { beta: 0.2, learning_rate: 1e-6 },
  sft: { beta: 0.2, learning_rate: 1e-5 },
  simpo: { beta: 2, learning_rate: 1e-6 },
};
