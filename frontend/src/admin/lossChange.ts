// What a change of the loss does to the settings that belong to it. Pure.
import type { LossDefaults, TrainingConfig } from "@/api/types";

/** The values that the form was given; what differs from them was edited, and stays. */
export type Given = Pick<TrainingConfig, "beta" | "learning_rate">;

/** A beta means nothing to another loss: unless edited, it goes back to the loss's own, as does the learning rate. */
export function ownOf(config: TrainingConfig, given: Given, defaults: LossDefaults): Given {
  const rate = defaults[config.loss]?.learning_rate ?? given.learning_rate;
  return {
    beta: config.beta === given.beta ? null : config.beta,
    learning_rate: config.learning_rate === given.learning_rate ? rate : config.learning_rate,
  };
}
