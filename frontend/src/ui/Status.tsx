// The state of a round, a run, an evaluation a model or a person, as a word with a colour.
import { Badge } from "@mantine/core";

const COLOR: Record<string, string> = {
  queued: "gray",
  checking: "blue",
  sampling: "blue",
  sampled: "blue",
  scoring: "blue",
  running: "blue",
  open: "pine",
  ready: "pine",
  succeeded: "pine",
  closed: "gray",
  cancelled: "gray",
  failed: "red",
  active: "pine",
  paused: "yellow",
  "shut out": "gray",
};

export function Status({ status }: { status: string }) {
  return (
    <Badge variant="light" color={COLOR[status] ?? "gray"} tt="none" fw={600} miw="max-content">
      {status}
    </Badge>
  );
}
