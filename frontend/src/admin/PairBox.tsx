// A prompt and two answers in little room: each part scrolls by itself.
import { SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";

import type { PromptContent } from "@/api/types";
import { Markdown } from "@/ui/Markdown";
import { Prompt } from "@/ui/Prompt";

type Props = { prompt: PromptContent; left: string; right: string };

export function PairBox({ prompt, left, right }: Props) {
  return (
    <>
      <Part title="Prompt">
        <Prompt content={prompt} />
      </Part>
      <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
        <Part title="Answer 1">
          <Markdown text={left} />
        </Part>
        <Part title="Answer 2">
          <Markdown text={right} />
        </Part>
      </SimpleGrid>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Text size="xs" c="dimmed" fw={600}>
        {title}
      </Text>
      <div tabIndex={0} style={{ maxHeight: "14em", overflowY: "auto" }}>
        {children}
      </div>
    </section>
  );
}
