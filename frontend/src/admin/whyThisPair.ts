// Why a pair was asked, in words. Pure: a pair and its round in, sentences out.
import type { Pair, Round } from "@/api/types";
import { count, figure, percent } from "@/ui/numbers";

import { ruleName } from "./roundFields";

/** A few words, for a row of a table. */
export function whyInShort({ arm, rank, selection_probability }: Pair, chosen: number): string {
  if (arm === "control") return "drawn at random, to compare with";
  if (arm === "imported") return "came with a file";
  if (rank === null) return `drawn at random, with a chance of ${percent(selection_probability)}`;
  return `${rank === 1 ? "the" : nth(rank)} highest score of ${count(chosen)} chosen`;
}

/** Whole sentences, for the view of one pair. */
export function whyInFull(pair: Pair, round: Round): string[] {
  const { arm, score, rank, margin, selection_probability: chance } = pair;
  const chosen = chosenOf(round);
  const said: string[] = [];
  if (arm === "control") {
    said.push(
      `This pair belongs to the control arm: its prompt was drawn uniformly from the whole pool before any score was known, and two of its completions at random.`,
    );
  } else if (arm === "imported") {
    said.push("This pair came ready-made with a file.");
  } else if (score === null) {
    said.push(`The rule of this round, ${ruleName(round.rule_used ?? round.config.rule)}, draws pairs at random.`);
  } else {
    said.push(
      `The rule ${ruleName(round.rule_used ?? round.config.rule)} gave it a score of ${figure(score)}` +
        (rank === null ? "." : `: place ${count(rank)} of the ${count(chosen)} pairs it chose.`),
    );
  }
  if (chance !== null) {
    said.push(
      chance === 1
        ? "It was chosen for certain: the same candidates give the same pair."
        : `Its chance of being chosen was ${percent(chance, chance < 0.01 ? 3 : 1)}.`,
    );
  }
  if (margin !== null) {
    const better = margin > 0 ? "a" : "b";
    said.push(
      margin === 0
        ? "The model holds neither completion for better."
        : `The model holds completion ${better} for better, by an implicit reward of ${figure(Math.abs(margin))} nats: that is a chance of ${percent(sigmoid(Math.abs(margin)), 0)} by its own account.`,
    );
  } else if (arm !== "imported") {
    said.push("The model that sampled was the reference itself, so it prefers neither completion.");
  }
  return said;
}

const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th", zero: "th", many: "th" };
const ORDINAL = new Intl.PluralRules("en", { type: "ordinal" });
const nth = (rank: number) => count(rank) + ENDINGS[ORDINAL.select(rank)];

export const chosenOf = ({ funnel }: Round) =>
  typeof funnel["active_pairs"] === "number" ? funnel["active_pairs"] : 0;

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
