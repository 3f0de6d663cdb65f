// A verdict in a few words.
import type { Verdict } from "./sitting";

export function wordOf({ verdict, winner, strength }: Pick<Verdict, "verdict" | "winner" | "strength">): string {
  switch (verdict) {
    case "preferred":
      return `${winner === "left" ? 1 : 2} ${strength === 2 ? "much better" : "better"}`;
    case "tie":
      return "tie";
    case "both_bad":
      return "both bad";
    case "skip":
      return "skip";
  }
}
