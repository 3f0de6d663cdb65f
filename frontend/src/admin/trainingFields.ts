// The fields of a training run's configuration, in words.
import type { LossDefaults, TrainingConfig } from "@/api/types";
import { figure } from "@/ui/numbers";

import type { ConfigField } from "./ConfigFields";
import { MAX_SEED } from "./NumberField";

const LOSSES: { value: TrainingConfig["loss"]; label: string }[] = [
  { value: "dpo", label: "DPO" },
  { value: "ln_dpo", label: "DPO, length-normalised" },
  { value: "ipo", label: "IPO" },
  { value: "simpo", label: "SimPO, no reference" },
  { value: "robust", label: "Robust DPO, for noisy labels" },
  { value: "cdpo", label: "Conservative DPO, soft labels" },
  { value: "sft", label: "SFT on the preferred answers" },
  { value: "rwr", label: "Reward-weighted regression" },
];

/** A loss as tables name it. */
export const lossName = (loss: TrainingConfig["loss"]) => LOSSES.find(({ value }) => value === loss)?.label ?? loss;

const MAIN_TRAINING_FIELDS: ConfigField<TrainingConfig>[] = [
  { kind: "choice", name: "loss", label: "Loss", hint: "What training minimises", options: LOSSES },
  {
    kind: "number",
    name: "beta",
    label: "Beta",
    hint: "How closely to hold to the reference",
    empty: "the loss's default",
    above: 0,
    max: 100,
    step: 0.05,
  },
  {
    kind: "choice",
    name: "start_from",
    label: "Start from",
    hint: "Training uses all labels so far",
    options: [
      { value: "reference", label: "The reference" },
      { value: "policy", label: "The current policy" },
    ],
  },
  {
    kind: "number",
    name: "learning_rate",
    label: "Learning rate",
    hint: "Peak",
    above: 0,
    max: 1,
  },
  { kind: "number", isWhole: true, name: "epochs", label: "Epochs", hint: "Passes over the labels", min: 1, max: 1000 },
  {
    kind: "number",
    isWhole: true,
    name: "batch_size",
    label: "Batch size",
    hint: "Pairs in one step",
    min: 1,
    max: 4096,
  },
  {
    kind: "number",
    isWhole: true,
    name: "lora_rank",
    label: "LoRA rank",
    hint: "0: all weights; else take ten times the rate",
    min: 0,
    max: 1024,
  },
  {
    kind: "choice",
    name: "ties",
    label: "Ties",
    hint: "Trained, a tie holds its two answers together",
    options: [
      { value: "leave_out", label: "Left out" },
      { value: "train", label: "Trained, half the loss each way" },
    ],
  },
  {
    kind: "choice",
    name: "label_weights",
    label: "Several labels of one pair",
    hint: "Annotators who disagree make a soft label",
    options: [
      { value: "pair", label: "Each pair counts once" },
      { value: "label", label: "Each label counts" },
    ],
  },
  {
    kind: "number",
    isWhole: true,
    name: "minimum_labels",
    label: "Fewest preferences",
    hint: "A run with fewer is refused",
    min: 1,
  },
  {
    kind: "switch",
    name: "evaluate",
    label: "Evaluate afterwards",
    hint: "KL, perplexity and lengths, and with a judge the win-rate",
  },
];

export const MORE_TRAINING_FIELDS: ConfigField<TrainingConfig>[] = [
  { kind: "number", name: "lora_alpha", label: "LoRA alpha", hint: "Scale of the adapter", above: 0 },
  {
    kind: "number",
    isWhole: true,
    name: "micro_batch_tokens",
    label: "Tokens per forward pass",
    hint: "Lower it when memory runs out",
    min: 16,
    step: 1024,
  },
  {
    kind: "switch",
    name: "gradient_checkpointing",
    label: "Gradient checkpointing",
    hint: "Less memory, for about a third more time",
  },
  {
    kind: "number",
    name: "label_smoothing",
    label: "Chance that a label is wrong",
    hint: "For robust and conservative DPO; below 0.5",
    min: 0,
    below: 0.5,
    step: 0.05,
  },
  {
    kind: "number",
    name: "gamma_beta_ratio",
    label: "Target margin",
    hint: "Of SimPO, in units of beta",
    min: 0,
    max: 10,
    step: 0.1,
  },
  { kind: "number", isWhole: true, name: "warmup_steps", label: "Warm-up steps", hint: "Of the learning rate", min: 0 },
  {
    kind: "number",
    name: "max_grad_norm",
    label: "Largest gradient norm",
    hint: "Gradients are clipped to it",
    above: 0,
    step: 0.1,
  },
  { kind: "number", name: "weight_decay", label: "Weight decay", hint: "0 is none", min: 0, step: 0.01 },
  {
    kind: "choice",
    name: "dtype",
    label: "Number format",
    hint: "Auto takes bf16 where the device has it",
    options: ["auto", "float32", "bfloat16"].map((value) => ({ value, label: value })),
  },
  {
    kind: "choice",
    name: "base_weights",
    label: "Weights under LoRA",
    hint: "Smaller ones take less memory; 4 bit is QLoRA, on a GPU",
    options: [
      { value: "float32", label: "float32" },
      { value: "bfloat16", label: "bfloat16" },
      { value: "four_bit", label: "4 bit" },
    ],
  },
  {
    kind: "number",
    name: "holdout_share",
    label: "Held-out share",
    hint: "Prompts kept to stop early; 0 to 0.5",
    min: 0,
    max: 0.5,
    step: 0.05,
  },
  {
    kind: "number",
    isWhole: true,
    name: "early_stop_patience",
    label: "Patience",
    hint: "Epochs without gain before stopping; 0 never stops",
    min: 0,
  },
  {
    kind: "number",
    name: "early_stop_loss",
    label: "Stop at loss",
    hint: "When the smoothed loss is below",
    empty: "never",
    above: 0,
    step: 0.05,
  },
  {
    kind: "number",
    isWhole: true,
    name: "checkpoint_every",
    label: "Steps between checkpoints",
    hint: "A resumed run loses at most these",
    min: 1,
  },
  {
    kind: "number",
    isWhole: true,
    name: "seed",
    label: "Seed",
    hint: "Same labels and seed, same curve",
    min: 0,
    max: MAX_SEED,
  },
];

const FIELDS = [...MAIN_TRAINING_FIELDS, ...MORE_TRAINING_FIELDS];

/** What the form calls a setting, and its value. */
export function inWords(name: keyof TrainingConfig, value: TrainingConfig[keyof TrainingConfig]): [string, string] {
  const field = FIELDS.find((one) => one.name === name);
  return field ? [field.label, wordOf(field, value)] : [name, String(value)];
}

function wordOf(field: ConfigField<TrainingConfig>, value: TrainingConfig[keyof TrainingConfig]): string {
  switch (field.kind) {
    case "number":
      return typeof value === "number" ? figure(value) : (field.empty ?? "–");
    case "choice":
      return field.options.find((option) => option.value === value)?.label ?? String(value);
    case "switch":
      return value ? "Yes" : "No";
  }
}

const ABOUT_LOSS: Record<TrainingConfig["loss"], string> = {
  dpo: "Chosen over rejected, held to the reference",
  ln_dpo: "DPO per token: length gains nothing",
  ipo: "Up to a fixed margin; for few, sure labels",
  simpo: "Per token, to a margin, without a reference",
  robust: "Corrects for a known share of wrong labels",
  cdpo: "Soft labels: disagreement counts",
  sft: "The chosen answers alone",
  rwr: "Both answers weighted; beta: temperature",
};

/** The main fields, with words about the chosen loss: what it does, and the beta and learning rate that are its own. */
export const aboutLoss = (losses: LossDefaults) => (config: TrainingConfig) => {
  const own = losses[config.loss];
  return MAIN_TRAINING_FIELDS.map((field) => {
    if (field.name === "loss") return { ...field, hint: ABOUT_LOSS[config.loss] };
    if (own && field.name === "beta") return { ...field, empty: `${figure(own.beta)}, this loss's own` };
    return own && field.name === "learning_rate" ? { ...field, hint: rateHint(own.learning_rate) } : field;
  });
};

const rateHint = (own: number) => `Peak; this loss's own: ${own.toLocaleString("en", { maximumSignificantDigits: 3 })}`;
