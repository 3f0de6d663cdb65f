// The words of two texts, marked where only one of them has them. Knows nothing of pages.
import { diffWordsWithSpace } from "diff";

import type { Difference } from "./useDifference";

export function differenceOf(left: string, right: string, timeout: number): Difference {
  if (left === right) return "same";
  const changes = diffWordsWithSpace(left, right, { timeout });
  if (changes === undefined) return "too much";
  const side = (isOnly: "added" | "removed", isOther: "added" | "removed") =>
    changes.filter((part) => !part[isOther]).map((part) => ({ text: part.value, isOnly: part[isOnly] }));
  return { left: side("removed", "added"), right: side("added", "removed") };
}
