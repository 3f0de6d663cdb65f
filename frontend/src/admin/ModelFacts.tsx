// What is known of a model, in one line: from its files, or from the worker that loaded it.
import { Text } from "@mantine/core";

import { decimal } from "@/ui/numbers";

export type Facts = {
  architecture?: string | null;
  parameters?: number | null;
  dtype?: string | null;
  context_length?: number | null;
  has_chat_template?: boolean | null;
  eos_token?: string | null;
  base_model?: string | null;
};

export function ModelFacts({ facts }: { facts: Facts }) {
  return (
    <Text size="sm" component="span" style={{ overflowWrap: "anywhere" }}>
      {factsLine(facts)}
    </Text>
  );
}

export function factsLine(facts: Facts): string {
  const parts = [
    facts.architecture,
    facts.base_model && `an adapter of ${facts.base_model}`,
    facts.parameters != null && `${short(facts.parameters)} parameters`,
    facts.dtype,
    facts.context_length != null && `a context of ${facts.context_length.toLocaleString("en-US")} tokens`,
    facts.has_chat_template != null && (facts.has_chat_template ? "a chat template" : "no chat template: plain text"),
    facts.eos_token && `ends with ${facts.eos_token}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function short(value: number): string {
  if (value >= 1e9) return `${decimal(value / 1e9, 1)} billion`;
  if (value >= 1e6) return `${decimal(value / 1e6, 1)} million`;
  return value.toLocaleString("en-US");
}
