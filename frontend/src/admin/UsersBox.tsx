// People: their role, what they labelled and how fast; a new one-time link, shut out or let back in.
import { Button, Group, Menu, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useCreateUser, useLoginLink, usersQuery, useUpdateUser, workQuery } from "@/api/people";
import { useUser } from "@/api/session";
import type { User, UserWork } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { count, decimal, time } from "@/ui/numbers";
import { ResultOf } from "@/ui/ResultOf";
import { ShownOnce } from "@/ui/ShownOnce";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";

type Created = User & { login_link?: string | null };

export function UsersBox() {
  const users = useInfiniteQuery(usersQuery);
  const work = useQuery(workQuery).data ?? [];
  const me = useUser();
  const update = useUpdateUser();
  const link = useLoginLink();
  const [created, setCreated] = useState<Created | null>(null);
  const workOf = (user: User) => work.find(({ user_id }) => user_id === user.id);
  const columns: Column<User>[] = [
    { title: "User name", cell: ({ id, username }) => (id === me.id ? `${username} (you)` : username) },
    { title: "Role", cell: ({ role }) => role },
    { title: "State", cell: (user) => <Status status={stateOf(user)} /> },
    ...workColumns(workOf),
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
          hint="It works once, and is shown only now. Send it to that person."
          secret={new URL(created.login_link, window.location.origin).href}
          onDone={() => setCreated(null)}
        />
      )}
      <ErrorNote error={update.error ?? link.error} />
      <ResultOf query={users}>
        {(rows) => (
          <DataTable label="People" columns={columns} rows={rows} rowKey={({ id }) => id} nothing="Nobody yet." />
        )}
      </ResultOf>
      <MoreButton {...users} />
      <Text size="xs" c="dimmed">
        The pace is that of the last 500 labels, pauses above five minutes left out. Today began at midnight UTC.
      </Text>
    </Stack>
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
    { title: "Labels", cell: (user) => count(workOf(user)?.labels), number: true, hint: "Labels not taken back" },
    { title: "Per hour", cell: (user) => decimal(workOf(user)?.labels_per_hour, 0), number: true },
    {
      title: "Median, s",
      cell: (user) => decimal(workOf(user)?.median_seconds, 1),
      number: true,
      hint: "Seconds on task, half of the labels took less",
    },
    { title: "Last label", cell: (user) => time(workOf(user)?.last_label_at), number: true },
  ];
}

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

function NewUser({ onCreated }: { onCreated: (user: Created) => void }) {
  const create = useCreateUser();
  const [username, setUsername] = useState("");
  const [role, setRole] = useState<User["role"]>("annotator");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(
          { username, role },
          {
            onSuccess: (user) => {
              onCreated(user);
              setUsername("");
            },
          },
        );
      }}
    >
      <Group align="end">
        <TextInput
          label="New person"
          placeholder="User name"
          required
          maxLength={100}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <Select
          label="Role"
          w={140}
          allowDeselect={false}
          data={["annotator", "admin"]}
          value={role}
          onChange={(value) => setRole(value as User["role"])}
        />
        <Button type="submit" loading={create.isPending}>
          Create
        </Button>
      </Group>
      <ErrorNote error={create.error} title="Nobody was created" />
    </form>
  );
}
