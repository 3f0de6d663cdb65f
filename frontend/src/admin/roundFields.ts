// The fields of a round's configuration, in words.
import type { RoundConfig } from "@/api/types";

import type { ConfigField } from "./ConfigFields";
import { MAX_SEED } from "./NumberField";

const RULES: { value: RoundConfig["rule"]; label: string }[] = [
  { value: "auto", label: "Auto: what our measurements support" },
  { value: "entropy_certainty", label: "Entropy, then certainty" },
  { value: "entropy", label: "Entropy: prompts the model is torn on" },
  { value: "certainty", label: "Certainty: pairs it is sure of" },
  { value: "uncertainty", label: "Uncertainty: near-ties" },
  { value: "delta_ucb", label: "Delta UCB: the widest gap thought possible" },
  { value: "drts", label: "Double Thompson: one guess's best, another's worst" },
  { value: "bai_ts", label: "Best arm: a likely best and its least known rival" },
  { value: "ensemble_variance", label: "Ensemble variance: where reward heads disagree" },
  { value: "random", label: "Random" },
  { value: "offline", label: "Offline: random, from the reference" },
];

/** A rule as sentences name it. */
export const ruleName = (rule: string) =>
  (RULES.find(({ value }) => value === rule)?.label ?? rule).split(":")[0] ?? rule;

export const MAIN_ROUND_FIELDS: ConfigField<RoundConfig>[] = [
  { kind: "choice", name: "rule", label: "Rule", hint: "How pairs are chosen", options: RULES },
  {
    kind: "number",
    isWhole: true,
    name: "labels",
    label: "Pairs to open",
    hint: "Both arms together",
    min: 1,
    max: 100_000,
  },
  {
    kind: "number",
    name: "control_share",
    label: "Control share",
    hint: "Drawn at random, to compare with; 0 to 1",
    min: 0,
    max: 1,
    step: 0.05,
  },
  {
    kind: "number",
    isWhole: true,
    name: "labels_per_pair",
    label: "Labels per pair",
    hint: "Distinct annotators asked",
    min: 1,
    max: 20,
  },
  {
    kind: "number",
    isWhole: true,
    name: "over_generation",
    label: "Prompts per kept pair",
    hint: "Sampled for each active pair",
    min: 1,
    max: 64,
  },
  {
    kind: "number",
    isWhole: true,
    name: "samples_per_prompt",
    label: "Completions per prompt",
    min: 2,
    max: 64,
    hint: "The best pair among all of them is asked about",
  },
];

export const MORE_ROUND_FIELDS: ConfigField<RoundConfig>[] = [
  {
    kind: "number",
    isWhole: true,
    name: "max_pairs_per_prompt",
    label: "Pairs per prompt",
    hint: "At most, in the active arm",
    min: 1,
    max: 64,
  },
  {
    kind: "switch",
    name: "distinct_prompts",
    label: "Distinct prompts only",
    hint: "Of near-identical prompts the best is asked about",
  },
  {
    kind: "number",
    isWhole: true,
    name: "ensemble_heads",
    label: "Reward heads",
    hint: "Of the rules that ask an ensemble, auto among them",
    min: 2,
    max: 64,
  },
  {
    kind: "number",
    isWhole: true,
    name: "max_new_tokens",
    label: "Longest completion",
    hint: "Tokens",
    min: 1,
    max: 32_768,
  },
  {
    kind: "number",
    name: "temperature",
    label: "Temperature",
    hint: "Of the completions shown",
    above: 0,
    max: 5,
    step: 0.1,
  },
  { kind: "number", name: "top_p", label: "Top p", hint: "1 means all", above: 0, max: 1, step: 0.05 },
  { kind: "number", isWhole: true, name: "top_k", label: "Top k", hint: "0 means no limit", min: 0 },
  {
    kind: "number",
    isWhole: true,
    name: "entropy_samples",
    label: "Entropy samples",
    hint: "Draws for each prompt's entropy",
    min: 1,
    max: 64,
  },
  {
    kind: "choice",
    name: "entropy_estimator",
    label: "Entropy estimator",
    hint: "Exact sums per-step entropies",
    options: [
      { value: "exact", label: "Exact" },
      { value: "published", label: "As published" },
    ],
  },
  {
    kind: "number",
    name: "entropy_share",
    label: "Entropy share",
    hint: "Prompts kept for certainty; above 0 to 1",
    above: 0,
    max: 1,
    step: 0.05,
  },
  {
    kind: "choice",
    name: "normalize",
    label: "Scores",
    hint: "Summed, or per token",
    options: [
      { value: "none", label: "Summed over tokens" },
      { value: "token", label: "Per token" },
    ],
  },
  {
    kind: "number",
    isWhole: true,
    name: "seed",
    label: "Seed",
    hint: "For a repeatable draw",
    empty: "a new one",
    min: 0,
    max: MAX_SEED,
  },
];
