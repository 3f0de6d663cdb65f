// API keys of programs: create one, shown once, and revoke.
import { Button, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { keysQuery, useCreateKey, useRevokeKey } from "@/api/people";
import type { ApiKey } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { ResultOf } from "@/ui/ResultOf";
import { ShownOnce } from "@/ui/ShownOnce";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";
import { Question } from "./Question";

const SCOPES: { value: ApiKey["scope"]; label: string }[] = [
  { value: "judge", label: "judge: labels pairs" },
  { value: "read", label: "read: reads everything" },
  { value: "admin", label: "admin: does everything" },
];

export function KeysBox() {
  const keys = useInfiniteQuery(keysQuery);
  const revoke = useRevokeKey();
  const [doomed, setDoomed] = useState<ApiKey | null>(null);
  const close = () => {
    setDoomed(null);
    revoke.reset();
  };
  const [secret, setSecret] = useState<string | null>(null);
  const columns: Column<ApiKey>[] = [
    { title: "Name", cell: ({ name }) => name },
    { title: "Begins with", cell: ({ prefix }) => prefix },
    { title: "Scope", cell: ({ scope }) => scope },
    { title: "Last used", cell: ({ last_used_at }) => time(last_used_at), number: true },
    { title: "Created", cell: ({ created_at }) => time(created_at), number: true },
    { title: "Ends", cell: ({ expires_at }) => (expires_at === null ? "never" : time(expires_at)), number: true },
    { title: "State", cell: (key) => <Status status={stateOf(key)} /> },
    {
      title: "Actions",
      cell: (key) =>
        key.revoked_at === null ? (
          <Button size="compact-sm" variant="default" aria-label={`Revoke ${key.name}`} onClick={() => setDoomed(key)}>
            Revoke
          </Button>
        ) : (
          "–"
        ),
    },
  ];
  return (
    <Stack component="section" gap="sm">
      <Title order={2}>API keys</Title>
      <NewKey onCreated={setSecret} />
      {secret && (
        <ShownOnce
          title="The new key"
          hint="It is shown only now; the service keeps a hash of it. Programs send it as Authorization: Bearer."
          secret={secret}
          onDone={() => setSecret(null)}
        />
      )}
      {doomed && (
        <Question
          title={`Revoke the key ${doomed.name}?`}
          act="Revoke"
          keep="Keep it"
          color="red.9"
          isPending={revoke.isPending}
          error={revoke.error}
          onAct={() => revoke.mutate(doomed.id, { onSuccess: close })}
          onClose={close}
        >
          <Text size="sm">
            Programs that send it are refused from now on, and it cannot be given back; a new key can be made.
          </Text>
        </Question>
      )}
      <ResultOf query={keys}>
        {(rows) => (
          <DataTable label="API keys" columns={columns} rows={rows} rowKey={({ id }) => id} nothing="No keys yet." />
        )}
      </ResultOf>
      <MoreButton {...keys} />
    </Stack>
  );
}

function stateOf({ revoked_at, expires_at }: ApiKey): string {
  if (revoked_at !== null) return "revoked";
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? "ended" : "active";
}

const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "one year" },
  { value: "", label: "without end" },
];
const DAY_MS = 86_400_000;

function NewKey({ onCreated }: { onCreated: (key: string) => void }) {
  const create = useCreateKey();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<ApiKey["scope"]>("judge");
  const [days, setDays] = useState("90");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(
          { name, scope, expires_at: days ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null },
          {
            onSuccess: ({ key }) => {
              onCreated(key);
              setName("");
            },
          },
        );
      }}
    >
      <Group align="end">
        <TextInput
          label="New key"
          placeholder="What it is for"
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Scope"
          w={220}
          allowDeselect={false}
          data={SCOPES}
          value={scope}
          onChange={(value) => setScope(value as ApiKey["scope"])}
        />
        <Select
          label="Works for"
          w={140}
          allowDeselect={false}
          data={LIFETIMES}
          value={days}
          onChange={(value) => setDays(value ?? "")}
        />
        <Button type="submit" loading={create.isPending}>
          Create a key
        </Button>
      </Group>
      <ErrorNote error={create.error} title="No key was created" />
    </form>
  );
}
