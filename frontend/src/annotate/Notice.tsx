// A line above the pair: what has changed about it while it was on screen. The pair stays, and its verdict is kept.
import { Alert, Button, Text } from "@mantine/core";

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

type AstrayProps = { comments: string[]; onUnderstood: () => void };

/** Comments that go with no verdict any more; they can be read, and copied, until that is understood. */
export function Astray({ comments, onUnderstood }: AstrayProps) {
  if (comments.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      py="xs"
      radius={0}
      role="status"
      title="Somebody else has the pair that you were commenting on"
    >
      {comments.map((comment, index) => (
        <Text key={index} size="sm" mb="xs" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }} dir="auto">
          {comment}
        </Text>
      ))}
      <Button size="compact-sm" variant="default" onClick={onUnderstood}>
        Understood
      </Button>
    </Alert>
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
