// People: searched, filtered and sorted, with what they labelled and how fast; a new sign-in link, shut out or let back in.
import { Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useLoginLink, usersQuery, useUpdateUser, useWork } from "@/api/people";
import { useUser } from "@/api/session";
import type { User, UserFilter, UserWork } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { count, decimal, time } from "@/ui/numbers";
import { ResultOf } from "@/ui/ResultOf";
import { ShownOnce } from "@/ui/ShownOnce";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";
import { Filter } from "./Filter";
import { type Created, NewUser } from "./NewUser";
import { Search } from "./Search";
import { useFilters } from "./useFilters";

const ROLES = ["annotator", "admin"] as const;
const STATES = [
  { value: "active", label: "Active" },
  { value: "paused", label: "Paused" },
  { value: "shut_out", label: "Shut out" },
] as const;
const SORTS = [
  "name",
  "name_reversed",
  "newest",
  "oldest",
  "last_seen",
  "longest_unseen",
  "most_labels",
  "fewest_labels",
] as const;

export function UsersBox() {
  const filters = useFilters();
  const filter = readFilter(filters);
  const users = useInfiniteQuery({ ...usersQuery(filter), placeholderData: keepPreviousData });
  const work = useWork(users.data ?? []);
  const me = useUser();
  const update = useUpdateUser();
  const link = useLoginLink();
  const [created, setCreated] = useState<Created | null>(null);
  const columns: Column<User>[] = [
    {
      title: "User name",
      cell: ({ id, username }) => (id === me.id ? `${username} (you)` : username),
      sorts: { rising: "name", falling: "name_reversed" },
    },
    { title: "Role", cell: ({ role }) => role },
    { title: "State", cell: (user) => <Status status={stateOf(user)} /> },
    ...workColumns((user) => work.get(user.id)),
    ...TIMES,
    {
      title: "Actions",
      cell: (user) => (
        <Actions
          user={user}
          isMe={user.id === me.id}
          onLink={() => link.mutate(user.id, { onSuccess: setCreated })}
          onChange={(change) => update.mutate({ id: user.id, ...change })}
        />
      ),
    },
  ];
  return (
    <Stack component="section" gap="sm">
      <Title order={2}>People</Title>
      <NewUser onCreated={setCreated} />
      {created?.login_link && (
        <ShownOnce
          title={`Sign-in link for ${created.username}`}
          hint="It works once, within a week, and is shown only now. Send it to that person."
          secret={new URL(created.login_link, window.location.origin).href}
          onDone={() => setCreated(null)}
        />
      )}
      <ErrorNote error={update.error ?? link.error} />
      <Filters filters={filters} />
      <ResultOf query={users}>
        {(rows) => (
          <DataTable
            label="People"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            sorting={{ sort: filter.sort ?? "name", onSort: (sort) => filters.set({ sort }) }}
            nothing={filters.isAny ? "Nobody fits." : "Nobody yet."}
          />
        )}
      </ResultOf>
      <MoreButton {...users} />
      <Text size="xs" c="dimmed">
        The pace is that of the last 200 labels, pauses above five minutes left out. Today began at midnight UTC.
      </Text>
    </Stack>
  );
}

const readFilter = ({ one, text }: ReturnType<typeof useFilters>): UserFilter => ({
  search: text("search"),
  role: one("role", ROLES),
  state: one(
    "state",
    STATES.map(({ value }) => value),
  ),
  sort: one("sort", SORTS) ?? "name",
});

function Filters({ filters: { text, set } }: { filters: ReturnType<typeof useFilters> }) {
  const shared = (name: string) => ({ value: text(name), onChange: (value: string | null) => set({ [name]: value }) });
  const roles = ROLES.map((value) => ({ value, label: value === "admin" ? "Admins" : "Annotators" }));
  return (
    <Group role="search" align="end" gap="sm">
      <Search label="Search" hint="Part of a user name" value={text("search")} onSearch={(search) => set({ search })} />
      <Filter label="Role" all="All" options={roles} {...shared("role")} w={130} />
      <Filter label="State" all="All" options={[...STATES]} {...shared("state")} w={130} />
    </Group>
  );
}

const stateOf = ({ is_active, is_paused }: User) => (!is_active ? "shut out" : is_paused ? "paused" : "active");

function workColumns(workOf: (user: User) => UserWork | undefined): Column<User>[] {
  return [
    {
      title: "Today",
      cell: (user) => count(workOf(user)?.labels_today),
      number: true,
      hint: "Labels since midnight UTC",
    },
    {
      title: "Labels",
      cell: (user) => count(workOf(user)?.labels),
      number: true,
      hint: "Labels not taken back",
      sorts: { falling: "most_labels", rising: "fewest_labels" },
    },
    { title: "Per hour", cell: (user) => decimal(workOf(user)?.labels_per_hour, 0), number: true },
    {
      title: "Median, s",
      cell: (user) => decimal(workOf(user)?.median_seconds, 1),
      number: true,
      hint: "Seconds on task, half of the labels took less",
    },
  ];
}

const TIMES: Column<User>[] = [
  {
    title: "Last seen",
    cell: ({ last_seen_at }) => time(last_seen_at),
    number: true,
    hint: "When they last had a page open",
    sorts: { falling: "last_seen", rising: "longest_unseen" },
  },
  {
    title: "Created",
    cell: ({ created_at }) => time(created_at),
    number: true,
    sorts: { falling: "newest", rising: "oldest" },
  },
];

type Change = { role?: User["role"]; is_active?: boolean; is_paused?: boolean };
type ActionsProps = { user: User; isMe: boolean; onLink: () => void; onChange: (change: Change) => void };

function Actions({ user, isMe, onLink, onChange }: ActionsProps) {
  const { username, role, is_active, is_paused } = user;
  const other = role === "admin" ? "annotator" : "admin";
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="compact-sm" variant="default" aria-label={`Change ${username}`}>
          Change
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={!is_active} onClick={onLink}>
          New sign-in link
        </Menu.Item>
        <Menu.Item disabled={!is_active} onClick={() => onChange({ is_paused: !is_paused })}>
          {is_paused ? "Give pairs again" : "Pause: no new pairs"}
        </Menu.Item>
        <Menu.Item disabled={isMe} onClick={() => onChange({ role: other })}>
          Make {username} an {other}
        </Menu.Item>
        <Menu.Item disabled={isMe} onClick={() => onChange({ is_active: !is_active })}>
          {is_active ? "Shut out" : "Let back in"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
