// How many pairs a round can open, as the service draws them.
import type { RoundConfig } from "@/api/types";

type Size = { control: number; active: number };

/** At most: prompts whose completions do not differ give none. Control pairs are drawn first. */
export function roundSize(config: RoundConfig, unused: number): Size {
  const { labels, control_share, samples_per_prompt: samples, max_pairs_per_prompt: most } = config;
  const control = Math.min(round(labels * control_share), unused);
  const pairs = (samples * (samples - 1)) / 2;
  const room = control * Math.min(most, pairs - 1) + (unused - control) * Math.min(most, pairs);
  return { control, active: Math.min(labels - control, room) };
}

/** Halves go to the even number, as in Python. */
function round(value: number): number {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}
