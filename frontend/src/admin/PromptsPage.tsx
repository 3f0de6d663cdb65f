// The project's prompts: import, search, split, and what is out of the pool.
import { Anchor, Badge, Button, Group, Menu, Modal, SegmentedControl, Stack, Text } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { overviewQuery } from "@/api/projects";
import { promptsQuery, useUpdatePrompt } from "@/api/prompts";
import type { Prompt, PromptFilter } from "@/api/types";
import { describe } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { count, many, time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { Prompt as PromptText, promptLine } from "@/ui/Prompt";
import { ResultOf } from "@/ui/ResultOf";

import { type Column, DataTable } from "./DataTable";
import { ImportBox } from "./ImportBox";
import { Search } from "./Search";
import { useFilters } from "./useFilters";
import { useProject } from "./useProject";

export function PromptsPage() {
  const project = useProject();
  const overview = useQuery(overviewQuery(project.id)).data;
  const lead =
    overview === undefined
      ? "\u00a0"
      : `${many(overview.train_prompts, "train prompt")}, ${count(overview.unused_prompts)} of them not asked about yet, ` +
        `and ${many(overview.eval_prompts, "eval prompt")}.`;
  return (
    <Page title="Prompts" lead={lead}>
      <ImportBox projectId={project.id} />
      <List projectId={project.id} />
    </Page>
  );
}

function List({ projectId }: { projectId: string }) {
  const filters = useFilters();
  const filter: PromptFilter = {
    split: filters.one("split", ["train", "eval"]),
    state: filters.one("state", ["out"]),
    search: filters.text("search"),
    newest_first: filters.text("sort") === "newest",
  };
  const prompts = useInfiniteQuery({ ...promptsQuery(projectId, filter), placeholderData: keepPreviousData });
  const update = useUpdatePrompt(projectId);
  const refused = update.error ? { id: update.variables.id, why: describe(update.error) } : null;
  const [open, setOpen] = useState<Prompt | null>(null);
  const shown = filter.state ?? filter.split ?? "all";
  return (
    <Stack component="section" gap="sm" aria-label="All prompts">
      <Group role="search" align="end">
        <Search
          label="Search"
          hint="Words, or the id of a row"
          value={filters.text("search")}
          onSearch={(search) => filters.set({ search })}
        />
        <SegmentedControl
          aria-label="Which prompts"
          value={shown}
          onChange={(value) => {
            filters.set({
              state: value === "out" ? value : null,
              split: value === "train" || value === "eval" ? value : null,
            });
          }}
          data={[
            { value: "all", label: "All" },
            { value: "train", label: "Train" },
            { value: "eval", label: "Eval" },
            { value: "out", label: "Not in the pool" },
          ]}
        />
      </Group>
      <Text size="xs" c="dimmed">
        The search finds whole words in the first 20,000 characters of a prompt; the last word may be a beginning.
      </Text>
      <ResultOf query={prompts}>
        {(rows) => (
          <DataTable
            label="Prompts"
            columns={columnsOf({ onOpen: setOpen, onChange: update.mutate, refused })}
            rows={rows}
            rowKey={({ id }) => id}
            sorting={{
              sort: filter.newest_first ? "newest" : "oldest",
              onSort: (sort) => filters.set({ sort: sort === "newest" ? sort : null }),
            }}
            nothing={filters.isAny ? "No prompt fits." : "No prompts yet. Import a file above."}
          />
        )}
      </ResultOf>
      <MoreButton {...prompts} />
      <Modal opened={open !== null} onClose={() => setOpen(null)} size="50rem" title="Prompt">
        {open && <Whole prompt={open} />}
      </Modal>
    </Stack>
  );
}

type Change = { id: string; split?: Prompt["split"]; is_withdrawn?: boolean };
type Acts = { onOpen: (prompt: Prompt) => void; onChange: (change: Change) => void; refused: Refused | null };
/** The change that was refused last, told at its row. */
type Refused = { id: string; why: string };

const columnsOf = ({ onOpen, onChange, refused }: Acts): Column<Prompt>[] => [
  {
    title: "Prompt",
    wrap: true,
    cell: (prompt) => (
      <Anchor
        component="button"
        size="sm"
        ta="start"
        c="inherit"
        lineClamp={2}
        dir="auto"
        onClick={() => onOpen(prompt)}
      >
        {promptLine(prompt.content).slice(0, 400) || "(empty)"}
      </Anchor>
    ),
  },
  { title: "Split", cell: ({ split }) => split },
  { title: "Id", cell: ({ external_id }) => external_id ?? "–" },
  { title: "State", wrap: true, cell: (prompt) => <State prompt={prompt} /> },
  {
    title: "Imported",
    cell: ({ created_at }) => time(created_at),
    number: true,
    sorts: { falling: "newest", rising: "oldest" },
  },
  {
    title: "Actions",
    cell: (prompt) => (
      <>
        <Actions prompt={prompt} onChange={onChange} />
        {refused?.id === prompt.id && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert" miw={220} style={{ whiteSpace: "normal" }}>
            Not changed: {refused.why}
          </Text>
        )}
      </>
    ),
  },
];

function State({ prompt: { problem, withdrawn_at } }: { prompt: Prompt }) {
  if (withdrawn_at !== null) {
    return (
      <Badge color="gray" variant="light" tt="none" fw={500}>
        taken out {time(withdrawn_at)}
      </Badge>
    );
  }
  return problem === null ? (
    "in the pool"
  ) : (
    <Text size="sm" c="var(--mantine-color-error)">
      {problem}
    </Text>
  );
}

function Actions({ prompt, onChange }: { prompt: Prompt; onChange: Acts["onChange"] }) {
  const { id, split, withdrawn_at } = prompt;
  const other = split === "train" ? "eval" : "train";
  const isOut = withdrawn_at !== null;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="compact-sm" variant="default" aria-label={`Change ${promptLine(prompt.content).slice(0, 60)}`}>
          Change
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onChange({ id, split: other })}>Move to {other}</Menu.Item>
        <Menu.Item onClick={() => onChange({ id, is_withdrawn: !isOut })}>
          {isOut ? "Put back into the pool" : "Take out of the pool"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Whole({ prompt }: { prompt: Prompt }) {
  return (
    <Stack>
      <PromptText content={prompt.content} />
      {Object.keys(prompt.details).length > 0 && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {JSON.stringify(prompt.details)}
        </Text>
      )}
    </Stack>
  );
}
