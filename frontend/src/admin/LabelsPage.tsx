// All labels of the project: narrowed, searched and sorted on the service; a row opens the whole pair.
import { Anchor, Badge, Button, Checkbox, Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { labelsQuery } from "@/api/lists";
import { everybodyQuery, keysQuery } from "@/api/people";
import { overviewQuery } from "@/api/projects";
import { roundsQuery } from "@/api/rounds";
import type { AdminLabel, LabelFilter } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { count, decimal, time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { type Column, DataTable } from "./DataTable";
import { ExportBox } from "./ExportBox";
import { Filter } from "./Filter";
import { LabelModal } from "./LabelModal";
import { Search } from "./Search";
import { useFilters } from "./useFilters";
import { useProject } from "./useProject";
import { useWhole } from "./useWhole";
import { ARMS, verdictOf, VERDICTS } from "./verdicts";

const SORTS = ["newest", "oldest", "slowest", "quickest"] as const;
const DISPOSITIONS = [
  { value: "counted", label: "Counted" },
  { value: "surplus", label: "Surplus: others had filled the pair" },
] as const;

export function LabelsPage() {
  const project = useProject();
  const filters = useFilters();
  const filter = readFilter(filters);
  const labels = useInfiniteQuery({ ...labelsQuery(project.id, filter), placeholderData: keepPreviousData });
  const overview = useQuery(overviewQuery(project.id));
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Page title="Labels" lead={overview.data ? `${count(overview.data.labels)} stand and count.` : "\u00a0"}>
      <Filters projectId={project.id} />
      <Stack gap="sm">
        <ResultOf query={labels}>
          {(rows) => (
            <DataTable
              label="Labels"
              columns={columnsOf(setOpen)}
              rows={rows}
              rowKey={({ id }) => id}
              sorting={{ sort: filter.sort ?? "newest", onSort: (sort) => filters.set({ sort }) }}
              nothing={
                filters.isAny ? (
                  <>
                    No label fits.{" "}
                    <Anchor component="button" underline="always" onClick={filters.clear}>
                      Show all labels
                    </Anchor>
                  </>
                ) : (
                  "No labels yet. They appear here as people and judges give them."
                )
              }
            />
          )}
        </ResultOf>
        <MoreButton {...labels} />
      </Stack>
      <ExportBox projectId={project.id} />
      <LabelModal labelId={open} onClose={() => setOpen(null)} />
    </Page>
  );
}

function readFilter({ one, text }: ReturnType<typeof useFilters>): LabelFilter {
  const [kind, author] = (text("by") ?? "").split(":");
  return {
    verdict: one(
      "verdict",
      VERDICTS.map(({ value }) => value),
    ),
    arm: one(
      "arm",
      ARMS.map(({ value }) => value),
    ),
    disposition: one(
      "counts",
      DISPOSITIONS.map(({ value }) => value),
    ),
    user_id: kind === "user" ? author : undefined,
    api_key_id: kind === "key" ? author : undefined,
    round_id: text("round"),
    is_remarked: text("remarked") === "yes" ? true : undefined,
    search: text("search"),
    sort: one("sort", SORTS) ?? "newest",
  };
}

function Filters({ projectId }: { projectId: string }) {
  const { text, set, isAny, clear } = useFilters();
  const users = useWhole(useInfiniteQuery(everybodyQuery));
  const keys = useWhole(useInfiniteQuery(keysQuery));
  const rounds = useWhole(useInfiniteQuery({ ...roundsQuery(projectId), refetchInterval: false }));
  const authors = [
    ...users.map(({ id, username }) => ({ value: `user:${id}`, label: username })),
    ...keys.map(({ id, name }) => ({ value: `key:${id}`, label: `${name} (key)` })),
  ];
  const named = rounds.map(({ id, number }) => ({ value: id, label: `Round ${number}` }));
  const shared = (name: string) => ({ value: text(name), onChange: (value: string | null) => set({ [name]: value }) });
  return (
    <Group role="search" align="end" gap="sm">
      <Search label="Search" hint="Words of comments" value={text("search")} onSearch={(search) => set({ search })} />
      <Filter label="Verdict" all="All" options={[...VERDICTS]} {...shared("verdict")} w={130} />
      <Filter label="By" all="Everybody" options={authors} {...shared("by")} />
      <Filter label="Round" all="All" options={named} {...shared("round")} w={130} />
      <Filter label="Arm" all="All" options={[...ARMS]} {...shared("arm")} w={170} />
      <Filter label="Counts" all="All" options={[...DISPOSITIONS]} {...shared("counts")} w={140} />
      <Checkbox
        label="With a comment"
        checked={text("remarked") === "yes"}
        onChange={(event) => set({ remarked: event.currentTarget.checked ? "yes" : null })}
        mb={8}
      />
      {isAny && (
        <Button variant="subtle" onClick={clear}>
          Show all
        </Button>
      )}
    </Group>
  );
}

const columnsOf = (onOpen: (id: string) => void): Column<AdminLabel>[] => [
  {
    title: "When",
    cell: ({ created_at }) => time(created_at),
    sorts: { falling: "newest", rising: "oldest" },
  },
  {
    title: "Prompt",
    cell: ({ id, prompt }) => (
      <Anchor component="button" size="sm" maw={280} truncate display="block" dir="auto" onClick={() => onOpen(id)}>
        {prompt || "(empty)"}
      </Anchor>
    ),
  },
  {
    title: "Verdict",
    cell: (label) => (
      <Text size="sm" td={label.is_undone ? "line-through" : undefined}>
        {verdictOf(label)}
        {label.is_undone && <VisuallyHidden> (taken back)</VisuallyHidden>}
        {label.disposition === "surplus" && (
          <Badge variant="light" color="gray" tt="none" fw={500} ml={6} title="Others had filled the pair">
            surplus
          </Badge>
        )}
      </Text>
    ),
  },
  { title: "By", cell: ({ author }) => author },
  { title: "Round", cell: ({ round_number }) => round_number ?? "–", number: true },
  {
    title: "Arm",
    cell: ({ arm }) => (
      <Badge variant="default" tt="none" fw={500} miw="max-content">
        {arm}
      </Badge>
    ),
  },
  {
    title: "Time, s",
    cell: ({ time_on_task_ms: ms }) => decimal(ms === null ? null : ms / 1000, 1),
    number: true,
    hint: "Seconds on task",
    sorts: { falling: "slowest", rising: "quickest" },
  },
  {
    title: "Remark",
    wrap: true,
    cell: ({ comment, skip_reason }) => (
      <Text size="sm" lineClamp={2} dir="auto">
        {[skip_reason, comment].filter(Boolean).join(" · ") || "–"}
      </Text>
    ),
  },
];
