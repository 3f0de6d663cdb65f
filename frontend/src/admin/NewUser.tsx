// A new person, who comes with a one-time sign-in link.
import { Button, Group, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { useCreateUser } from "@/api/people";
import type { User } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";

export type Created = User & { login_link?: string | null };

export function NewUser({ onCreated }: { onCreated: (user: Created) => void }) {
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
