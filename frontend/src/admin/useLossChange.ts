// What a change of the loss does to the settings that belong to it.
import { useRef } from "react";

import type { LossDefaults, TrainingConfig } from "@/api/types";

const OWN = ["beta", "learning_rate"] as const;
type Own = Pick<TrainingConfig, (typeof OWN)[number]>;

/**
 * A beta means nothing to another loss: unless edited, it goes back to the loss's own, as does the learning rate. The
 * project's loss has what is stored with it.
 */
export function useLossChange(losses: LossDefaults, stored: TrainingConfig) {
  const edited = useRef(new Set<keyof Own>());
  return (now: TrainingConfig, before: TrainingConfig): Partial<Own> => {
    const own: Own =
      now.loss === stored.loss
        ? { beta: stored.beta, learning_rate: stored.learning_rate }
        : { beta: null, learning_rate: losses[now.loss]?.learning_rate ?? now.learning_rate };
    for (const name of OWN) {
      if (before.loss === stored.loss && before[name] === stored[name]) edited.current.delete(name); // saved meanwhile
      if (now[name] === before[name]) continue;
      if (now[name] === own[name]) edited.current.delete(name);
      else edited.current.add(name);
    }
    if (now.loss === before.loss) return {};
    return Object.fromEntries(OWN.filter((name) => !edited.current.has(name)).map((name) => [name, own[name]]));
  };
}
