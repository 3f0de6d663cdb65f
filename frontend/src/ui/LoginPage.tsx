// Signing in with a password, or with the one-time link of /login?token=...
import { Anchor, Button, Center, Loader, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState, type SubmitEvent } from "react";

import { sessionQuery, useLinkLogin, useLogin } from "@/api/session";

import type { Search } from "./address";
import { ErrorNote } from "./ErrorNote";

export function LoginPage() {
  useDocumentTitle("Sign in · Tiebreak");
  const { token }: Search = useSearch({ strict: false });
  const router = useRouter();
  const [back] = useState(() => router.state.location.state.from ?? "/"); // the address changes while we go
  const session = useQuery(sessionQuery);
  if (token) return <ByLink token={token} />;
  if (session.data) return <Navigate to="." href={back} replace />;
  return <ByPassword cameBack={back !== "/"} />;
}

function ByPassword({ cameBack }: { cameBack: boolean }) {
  const login = useLogin();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    login.mutate({ username, password });
  };
  return (
    <Frame>
      <form onSubmit={submit}>
        <Stack>
          <Title order={1}>Sign in to Tiebreak</Title>
          {cameBack && <Text size="sm">Please sign in; you will be back where you were.</Text>}
          <TextInput
            label="User name"
            autoComplete="username"
            required
            autoFocus
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
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
    </Frame>
  );
}

function ByLink({ token }: { token: string }) {
  const { mutate, error, isSuccess } = useLinkLogin();
  const used = useRef("");
  useEffect(() => {
    if (used.current === token) return; // a link works once
    used.current = token;
    mutate(token);
  }, [mutate, token]);
  if (isSuccess) return <Navigate to="/" replace />;
  return (
    <Frame>
      {error ? (
        <Stack>
          <ErrorNote error={error} title="This link did not sign you in" />
          <Anchor component={Link} to="/login">
            Sign in with a password
          </Anchor>
        </Stack>
      ) : (
        <Center>
          <Loader aria-label="Signing in" />
        </Center>
      )}
    </Frame>
  );
}

function Frame({ children }: { children: React.ReactNode }) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={400} bg="var(--tb-surface)">
        {children}
      </Paper>
    </Center>
  );
}
