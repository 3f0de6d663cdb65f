// User name and password, for the sign-in page and for signing in again in the middle of work.
import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";

import type { useLogin } from "@/api/session";

import { ErrorNote } from "./ErrorNote";

type Props = { login: ReturnType<typeof useLogin>; name?: string };

export function PasswordForm({ login, name = "" }: Props) {
  const [username, setUsername] = useState(name);
  const [password, setPassword] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    login.mutate({ username, password });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="User name"
          autoComplete="username"
          required
          autoFocus={name === ""}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ErrorNote error={login.error} title="You are not signed in" />
        <Button type="submit" loading={login.isPending}>
          Sign in
        </Button>
        <Text size="sm" c="dimmed">
          No password? Ask an admin for a one-time sign-in link.
        </Text>
      </Stack>
    </form>
  );
}
