// The words of two texts, marked where only one of them has them. Knows nothing of pages.
import { diffArrays } from "diff";

import type { Difference, Part } from "./useDifference";

const words = new Intl.Segmenter(undefined, { granularity: "word" });

export function differenceOf(left: string, right: string, timeout: number): Difference {
  if (left === right) return "same";
  const changes = diffArrays(wordsOf(left), wordsOf(right), { timeout });
  if (changes === undefined) return "too much";
  const side = (isOnly: "added" | "removed", isOther: "added" | "removed"): Part[] =>
    changes.filter((part) => !part[isOther]).map((part) => ({ text: part.value.join(""), isOnly: part[isOnly] }));
  return { left: side("removed", "added"), right: side("added", "removed") };
}

/** In every script; what stands between words, such as spaces and signs, is a word too. */
const wordsOf = (text: string) => Array.from(words.segment(text), ({ segment }) => segment);
