// What an evaluation said of a model against the reference, in figures and in words.
import type { Model } from "@/api/types";
import { decimal, percent } from "@/ui/numbers";

export type WinRate = { rate: number; low: number; high: number };

/** Null where no judge has compared it. */
export function winRate({ results }: Pick<Model, "results">): WinRate | null {
  const { win_rate: rate, win_rate_low: low, win_rate_high: high } = results as Record<string, number | null>;
  return rate == null || low == null || high == null ? null : { rate, low, high };
}

export const isBetter = ({ low }: WinRate) => low > 0.5;

/** "Model 1 lost to the reference: it wins 39.8 % (34.0 to 45.9)." */
export function inWords(number: number, { rate, low, high }: WinRate): string {
  const won = `it wins ${percent(rate)} (${decimal(low * 100, 1)} to ${decimal(high * 100, 1)})`;
  if (low > 0.5) return `Model ${number} beats the reference: ${won}.`;
  if (high < 0.5) return `Model ${number} lost to the reference: ${won}.`;
  return `Model ${number} is not shown to be better than the reference: ${won}.`;
}
