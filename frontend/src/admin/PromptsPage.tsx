// The project's prompts: import, search, split.
import { Group, SegmentedControl, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type PromptFilter, promptsQuery } from "@/api/projects";
import type { Prompt } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { Page } from "@/ui/Page";
import { promptLine } from "@/ui/Prompt";
import { ResultOf } from "@/ui/ResultOf";

import { type Column, DataTable } from "./DataTable";
import { ImportBox } from "./ImportBox";
import { useProject } from "./useProject";

const columns: Column<Prompt>[] = [
  {
    title: "Prompt",
    wrap: true,
    cell: ({ content }) => (
      <Text size="sm" lineClamp={2} maw={720} dir="auto">
        {promptLine(content)}
      </Text>
    ),
  },
  { title: "Split", cell: ({ split }) => split },
  { title: "Id", cell: ({ external_id }) => external_id ?? "–" },
  { title: "Problem", wrap: true, cell: ({ problem }) => problem ?? "–" },
];

export function PromptsPage() {
  const project = useProject();
  const [split, setSplit] = useState("all");
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 250);
  const filter: PromptFilter = { split: split === "all" ? null : (split as "train" | "eval"), search };
  const prompts = useInfiniteQuery({ ...promptsQuery(project.id, filter), placeholderData: keepPreviousData });
  return (
    <Page title="Prompts">
      <ImportBox projectId={project.id} />
      <Stack component="section" gap="sm">
        <Title order={2}>All prompts</Title>
        <Group>
          <TextInput
            aria-label="Search prompts"
            placeholder="Search"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <SegmentedControl
            aria-label="Split"
            value={split}
            onChange={setSplit}
            data={[
              { value: "all", label: "All" },
              { value: "train", label: "Train" },
              { value: "eval", label: "Eval" },
            ]}
          />
        </Group>
        <ResultOf query={prompts}>
          {(rows) => (
            <DataTable
              label="Prompts"
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              nothing="No prompts here."
            />
          )}
        </ResultOf>
        <MoreButton {...prompts} />
      </Stack>
    </Page>
  );
}
