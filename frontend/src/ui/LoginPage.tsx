// Signing in with a password, or with the one-time link of /login?token=...
import { Anchor, Center, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { sessionQuery, useLinkLogin, useLogin } from "@/api/session";

import type { Search } from "./address";
import { ErrorNote } from "./ErrorNote";
import { PasswordForm } from "./PasswordForm";

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
  return (
    <Frame>
      <Stack>
        <Title order={1}>Sign in to Tiebreak</Title>
        {cameBack && <Text size="sm">Please sign in; you will be back where you were.</Text>}
        <PasswordForm login={login} />
      </Stack>
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
  if (isSuccess) return <Navigate to="/password" replace />;
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
