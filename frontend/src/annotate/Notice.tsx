// A line above the pair: what has changed about it while it was on screen. The pair stays, and its verdict is kept.
import { Alert } from "@mantine/core";

import type { Claim } from "@/api/types";

import type { Refusal } from "./useLeases";

type Props = { claim: Claim | undefined; refusal: Refusal | null };

export function Notice({ claim, refusal }: Props) {
  const text = wordsFor(claim, refusal);
  return (
    <div role="status">
      {text && (
        <Alert color="yellow" variant="light" py="xs" radius={0}>
          {text}
        </Alert>
      )}
    </div>
  );
}

function wordsFor(claim: Claim | undefined, refusal: Refusal | null): string | null {
  if (claim?.state === "paused" || refusal?.code === "paused")
    return claim?.paused === "person"
      ? "An admin has paused your work. Your verdict on this pair is still taken; the next one comes later."
      : "An admin has paused labelling. Your verdict on this pair is still taken; the next one comes later.";
  if (refusal) return "This pair went to somebody else while it lay here. Your verdict is kept beside theirs.";
  return null;
}
