// Which words stand in one answer alone. The library that finds them is loaded when it is first asked for.
import { useEffect, useState } from "react";

const LONGEST_MS = 400; // texts that have little in common would hold up the page

export type Part = { text: string; isOnly: boolean };
export type Difference = { left: Part[]; right: Part[] } | "same" | "too much" | "not loaded";

type Found = { left: string; right: string; difference: Difference };

/** The word-level difference of two texts, null while it is not wanted or being found; and a way to look again. */
export function useDifference(left: string, right: string, isWanted: boolean): [Difference | null, () => void] {
  const [found, setFound] = useState<Found | null>(null);
  const [tries, setTries] = useState(1);
  useEffect(() => {
    if (!isWanted) return;
    let isStale = false;
    const tell = (difference: Difference) => {
      if (!isStale) setFound({ left, right, difference });
    };
    import("./difference").then(
      ({ differenceOf }) => tell(differenceOf(left, right, LONGEST_MS)),
      () => tell("not loaded"),
    );
    return () => {
      isStale = true;
    };
  }, [left, right, isWanted, tries]);
  const isFound = isWanted && found?.left === left && found.right === right;
  return [isFound ? found.difference : null, () => setTries(tries + 1)];
}
