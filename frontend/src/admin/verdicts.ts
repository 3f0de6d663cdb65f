// A label in words, as lists and the view of one label write it.
import type { AdminLabel } from "@/api/types";

export const VERDICTS = [
  { value: "preferred", label: "Preferred" },
  { value: "tie", label: "Tie" },
  { value: "both_bad", label: "Both bad" },
  { value: "skip", label: "Skip" },
  { value: "undo", label: "Undo" },
] as const;

export const ARMS = [
  { value: "active", label: "Active: chosen by the rule" },
  { value: "control", label: "Control: drawn at random" },
  { value: "imported", label: "Imported: came with a file" },
] as const;

export function verdictOf({ verdict, winner, strength }: Pick<AdminLabel, "verdict" | "winner" | "strength">): string {
  switch (verdict) {
    case null:
      return "Undo";
    case "preferred":
      return `${winner === "left" ? "Left" : "Right"} ${strength === 2 ? "much better" : "better"}`;
    case "tie":
      return "Tie";
    case "both_bad":
      return "Both bad";
    case "skip":
      return "Skip";
  }
}
