// Who changed what, and when: of one project, or of the whole installation.
import { Anchor, Group, Stack, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { auditQuery } from "@/api/lists";
import { everybodyQuery, keysQuery } from "@/api/people";
import type { AuditEvent, AuditFilter } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { ResultOf } from "@/ui/ResultOf";

import { ACTIONS, actionName } from "./actions";
import { type Column, DataTable } from "./DataTable";
import { Filter } from "./Filter";
import { useFilters } from "./useFilters";
import { useWhole } from "./useWhole";

export function AuditTable({ projectId }: { projectId: string | null }) {
  const filters = useFilters();
  const events = useInfiniteQuery({
    ...auditQuery(projectId, readFilter(filters)),
    placeholderData: keepPreviousData,
  });
  return (
    <Stack gap="sm">
      <Filters isOfProject={projectId !== null} />
      <ResultOf query={events}>
        {(rows) => (
          <DataTable
            label="Audit log"
            columns={columnsOf(projectId === null)}
            rows={rows}
            rowKey={({ id }) => id}
            nothing={filters.isAny ? "No change fits." : "No changes yet."}
          />
        )}
      </ResultOf>
      <MoreButton {...events} />
    </Stack>
  );
}

function readFilter({ text }: ReturnType<typeof useFilters>): AuditFilter {
  const [kind, id] = (text("who") ?? "").split(":");
  return {
    action: text("what"),
    user_id: kind === "user" ? id : undefined,
    api_key_id: kind === "key" ? id : undefined,
    since: startOf(text("from")),
    until: startOf(text("to"), 1),
  };
}

/** Midnight of the day, in the reader's time; the next one where a day is to be taken in whole. */
function startOf(day: string | undefined, later = 0): string | undefined {
  const date = new Date(`${day ?? ""}T00:00`);
  if (Number.isNaN(date.getTime())) return undefined;
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

function Filters({ isOfProject }: { isOfProject: boolean }) {
  const { text, set } = useFilters();
  const users = useWhole(useInfiniteQuery(everybodyQuery));
  const keys = useWhole(useInfiniteQuery(keysQuery));
  const authors = [
    ...users.map(({ id, username }) => ({ value: `user:${id}`, label: username })),
    ...keys.map(({ id, name }) => ({ value: `key:${id}`, label: `${name} (key)` })),
  ];
  const shared = (name: string) => ({ value: text(name), onChange: (value: string | null) => set({ [name]: value }) });
  const actions = ACTIONS.filter(({ value }) => !isOfProject || !/^(user|key)\./.test(value));
  return (
    <Group role="search" align="end" gap="sm">
      <Filter label="Who" all="Everybody" options={authors} {...shared("who")} w={180} />
      <Filter label="What" all="Every change" options={actions} {...shared("what")} w={240} />
      {(["from", "to"] as const).map((name) => (
        <TextInput
          key={name}
          type="date"
          label={name === "from" ? "From" : "To"}
          value={text(name) ?? ""}
          onChange={(event) => set({ [name]: event.currentTarget.value })}
        />
      ))}
    </Group>
  );
}

function columnsOf(isOfAll: boolean): Column<AuditEvent>[] {
  const project: Column<AuditEvent> = {
    title: "Project",
    cell: ({ project_id, project_name }) =>
      project_id === null ? (
        "–"
      ) : (
        <Anchor component={Link} to={`/projects/${project_id}`} size="sm">
          {project_name}
        </Anchor>
      ),
  };
  return [
    { title: "When", cell: ({ created_at }) => time(created_at) },
    { title: "Who", cell: ({ author }) => author ?? "the program" },
    { title: "What", cell: ({ action }) => actionName(action) },
    { title: "Whom or what", wrap: true, cell: ({ subject }) => <Few text={subject} /> },
    ...(isOfAll ? [project] : []),
    { title: "Details", wrap: true, cell: (event) => <Few text={detailsOf(event).join(", ")} /> },
  ];
}

function Few({ text }: { text: string | null }) {
  return (
    <Text size="sm" lineClamp={3} maw={520} style={{ overflowWrap: "anywhere" }} title={text ?? undefined}>
      {text || "–"}
    </Text>
  );
}

const NAMES = ["username", "name", "number", "prompt", "pair_id"];

/** What the details add to the subject, which names them again. */
function detailsOf({ details, subject }: AuditEvent): string[] {
  return Object.entries(details)
    .filter(([name, value]) => subject === null || !(NAMES.includes(name) || value === subject))
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${write(value)}`);
}

const write = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
