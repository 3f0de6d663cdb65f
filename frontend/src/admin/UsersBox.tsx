// People: create one with a one-time sign-in link, give a new link, shut out or let back in.
import { Button, Group, Select, Stack, TextInput, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useCreateUser, useLoginLink, usersQuery, useUpdateUser } from "@/api/people";
import { useUser } from "@/api/session";
import type { User } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { ResultOf } from "@/ui/ResultOf";
import { ShownOnce } from "@/ui/ShownOnce";

import { type Column, DataTable } from "./DataTable";

type Created = User & { login_link?: string | null };

export function UsersBox() {
  const users = useInfiniteQuery(usersQuery);
  const me = useUser();
  const update = useUpdateUser();
  const link = useLoginLink();
  const [created, setCreated] = useState<Created | null>(null);
  const columns: Column<User>[] = [
    { title: "User name", cell: ({ username }) => username },
    { title: "Role", cell: ({ role }) => role },
    { title: "Active", cell: ({ is_active }) => (is_active ? "yes" : "no") },
    { title: "Since", cell: ({ created_at }) => time(created_at), number: true },
    {
      title: "Actions",
      cell: (user) => (
        <Group gap="xs" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            disabled={!user.is_active}
            aria-label={`New sign-in link for ${user.username}`}
            onClick={() => link.mutate(user.id, { onSuccess: setCreated })}
          >
            New sign-in link
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={user.id === me.id}
            aria-label={`${user.is_active ? "Shut out" : "Let back in"} ${user.username}`}
            onClick={() => update.mutate({ id: user.id, is_active: !user.is_active })}
          >
            {user.is_active ? "Shut out" : "Let back in"}
          </Button>
        </Group>
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
    </Stack>
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
