// A prompt: plain text, or the turns of a chat.
import { Stack, Text } from "@mantine/core";

import type { PromptContent } from "@/api/types";

import { Markdown } from "./Markdown";

const NAME: Record<string, string> = { system: "System", user: "User", assistant: "Assistant", tool: "Tool" };

export function Prompt({ content }: { content: PromptContent }) {
  if (typeof content === "string") return <Markdown text={content} />;
  return (
    <Stack gap="xs">
      {content.map((turn, index) => (
        <div key={index}>
          {(content.length > 1 || turn["role"] !== "user") && (
            <Text size="xs" c="dimmed" fw={600}>
              {NAME[String(turn["role"])] ?? String(turn["role"])}
            </Text>
          )}
          <Markdown text={asText(turn["content"])} />
        </div>
      ))}
    </Stack>
  );
}

/** The prompt in one line, the last user turn first: chats often share all that comes before it. */
export function promptLine(content: PromptContent): string {
  if (typeof content === "string") return content;
  const asked = content.findLastIndex(({ role }) => role === "user");
  const turns = asked < 0 ? content : [content[asked], ...content.toSpliced(asked, 1)];
  return turns.map((turn) => asText(turn?.["content"])).join(" ⏎ ");
}

function asText(content: unknown): string {
  return typeof content === "string" ? content : JSON.stringify(content);
}
