// Rows as the service answers them, for the pages of the loop.
import { session } from "./service";

export const version = {
  id: "m0",
  project_id: "p1",
  number: 0,
  parent_id: null,
  training_run_id: null,
  source: "/models/base",
  status: "ready",
  error: null,
  info: { parameters: 12_000_000, has_chat_template: true },
  created_at: "2026-01-01T00:00:00Z",
};

export const reference = { ...version, run: null, evaluation_id: null, evaluation_status: null, results: {} };

export const trained = {
  ...reference,
  id: "m1",
  number: 1,
  parent_id: "m0",
  run: { id: "t1", number: 1, label_count: 64, label_set_hash: "0123456789abcdef" },
  evaluation_status: "succeeded",
  results: {
    win_rate: 0.6,
    win_rate_low: 0.52,
    win_rate_high: 0.67,
    kl: 2.5,
    perplexity: 14.2,
    baseline_perplexity: 13.8,
  },
};

export const project = {
  id: "p1",
  name: "Kitchen helper",
  guideline: "",
  guideline_version: 1,
  round: {
    rule: "auto",
    labels: 64,
    control_share: 0.25,
    temperature: 0.7,
    max_new_tokens: 128,
    samples_per_prompt: 2,
    max_pairs_per_prompt: 1,
  },
  training: { loss: "dpo", beta: null, learning_rate: 1e-6, minimum_labels: 8 },
  evaluation: { judge: { kind: "reward_model", model: "judge" }, prompts: 256 },
  retrain_after_labels: null,
  reference: version,
  policy: version,
  created_at: "2026-01-01T00:00:00Z",
};

export const overview = {
  train_prompts: 100,
  eval_prompts: 10,
  unused_prompts: 100,
  open_pairs: 0,
  live_leases: 0,
  labels: 0,
  preferences: 0,
  new_preferences: 0,
  toward_retraining: null,
  ties: 0,
  people_active: 0,
  programs_active: 0,
  policy: version,
  newest_model: null,
  previous_policy: null,
};

export const run = {
  id: "t1",
  project_id: "p1",
  number: 1,
  status: "succeeded",
  trigger: "manual",
  config: { loss: "dpo", beta: 0.1, learning_rate: 1e-6, start_from: "reference", evaluate: true },
  label_count: 64,
  label_set_hash: "0123456789abcdef",
  done: 48,
  total: 48,
  cancel_requested_at: null,
  error: null,
  warnings: {},
  model_version_id: "m1",
  started_at: "2026-01-01T00:00:00Z",
  finished_at: "2026-01-01T00:10:00Z",
  created_at: "2026-01-01T00:00:00Z",
};

export const page = (...items: object[]) => ({ items, next_cursor: null });

/** What every page of the project asks for. */
export const base = {
  "GET /api/v1/auth/session": () => session("admin"),
  "GET /api/v1/sandbox": () => ({
    model: "/sandbox/model",
    guideline: "Be kind.",
    round: { labels: 64 },
    training: { beta: 0.2 },
    evaluation: { judge: null },
  }),
  "GET /api/v1/projects/p1": () => project,
  "GET /api/v1/projects/p1/overview": () => overview,
  "GET /api/v1/projects/p1/rounds": () => page(),
  "GET /api/v1/projects/p1/training-runs": () => page(run),
  "GET /api/v1/projects/p1/models": () => page(trained, reference),
  "GET /api/v1/projects/p1/results": () => new Response("[]", { headers: { "Content-Type": "application/json" } }),
};
