// The own password: set after a sign-in by a one-time link, or changed later.
import { Alert, Anchor, Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type SubmitEvent } from "react";

import { sessionQuery, useSetPassword, useUser } from "@/api/session";

import { ErrorNote } from "./ErrorNote";
import { Page } from "./Page";

const SHORTEST = 10;

export function PasswordPage() {
  const { username } = useUser();
  const session = useQuery(sessionQuery);
  const set = useSetPassword();
  const hasPassword = session.data?.has_password ?? true;
  const needsCurrent = session.data?.needs_current_password ?? true;
  return (
    <Page
      title={hasPassword && !set.isSuccess ? "Change your password" : "Your password"}
      lead={`You are signed in as ${username}.`}
      size={480}
    >
      {set.isSuccess ? (
        <Alert title="The password is set" variant="light" role="status">
          <Stack gap="xs" align="start">
            <Text size="sm">
              Sign in as {username} with it, on any device. Where else you were signed in, you are signed out.
            </Text>
            <Button component={Link} to="/">
              Go on
            </Button>
          </Stack>
        </Alert>
      ) : (
        <>
          {!hasPassword && (
            <Text>
              You came in by a link that worked once. With a password you sign in again whenever you like, on this
              device and on others.
            </Text>
          )}
          <Fields username={username} needsCurrent={needsCurrent} set={set} />
          {needsCurrent && (
            <Text size="sm" c="dimmed">
              Forgotten it? Ask an admin for a one-time sign-in link: after signing in with it you can set a new one.
            </Text>
          )}
        </>
      )}
    </Page>
  );
}

type Props = { username: string; needsCurrent: boolean; set: ReturnType<typeof useSetPassword> };

function Fields({ username, needsCurrent, set }: Props) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    set.mutate({ password, current_password: needsCurrent ? current : null });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {/* Password managers keep the new password under this name. */}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        {needsCurrent && (
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label="New password"
          description={`At least ${SHORTEST} characters`}
          autoComplete="new-password"
          required
          minLength={SHORTEST}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ErrorNote error={set.error} title="The password was not changed" />
        <Group>
          <Button type="submit" loading={set.isPending}>
            Set the password
          </Button>
          <Anchor component={Link} to="/" size="sm">
            {needsCurrent ? "Leave it as it is" : "Not now"}
          </Anchor>
        </Group>
      </Stack>
    </form>
  );
}
