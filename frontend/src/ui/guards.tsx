// Who may see a page: signed-in people, or admins alone.
import { Alert, Anchor, Button, Center, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { queryClient, SESSION_KEY } from "@/api/client";
import { forgetPages, hasSignedOut, rememberUser, sessionQuery, UserContext, useUser } from "@/api/session";
import type { User } from "@/api/types";

import { ErrorNote } from "./ErrorNote";
import { NotRefreshed } from "./NotRefreshed";
import { Page } from "./Page";
import { SignInAgain } from "./SignInAgain";

type Props = { /** Called when somebody has signed in, or in again. */ onSession: (userId: string) => void };

export function SignedIn({ onSession }: Props) {
  const session = useQuery(sessionQuery);
  const [last, setLast] = useState<User | null>(null);
  const { data } = session;
  const isOther = data && last && data.user.id !== last.id;
  if (data && !isOther && data.user !== last) setLast(data.user);
  useEffect(() => {
    if (last) rememberUser(last.id);
  }, [last]);
  const present = data && !isOther ? data : null;
  useEffect(() => {
    if (present) onSession(present.user.id);
  }, [present, onSession]);
  const isOver = data === null && last !== null && !hasSignedOut();
  useEffect(() => {
    if (!isOver) return;
    // What failed meanwhile is asked for again once somebody has signed in.
    return () => void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  }, [isOver]);
  if (isOther) {
    const goOn = () => {
      forgetPages();
      setLast(data.user);
    };
    return <SomebodyElse was={last} now={data.user} onGoOn={goOn} />;
  }
  const user = data?.user ?? (isOver ? last : null);
  if (user) {
    return (
      <UserContext value={user}>
        <Outlet />
        {isOver && <SignInAgain user={user} />}
      </UserContext>
    );
  }
  if (data === null) return <ToLogin />;
  return (
    <Center component="main" mih="100dvh" p="md">
      {session.error ? (
        <ErrorNote error={session.error} title="Tiebreak cannot be reached" />
      ) : session.fetchStatus === "paused" ? (
        <Alert color="yellow" variant="light" title="You are offline" role="status" maw={480}>
          This page goes on by itself when the network is back. Labels that wait are kept in this browser, and are sent
          then.
        </Alert>
      ) : (
        <Loader aria-label="Loading" />
      )}
    </Center>
  );
}

/** In another tab of this browser somebody else has signed in; the page of the first is not theirs. */
function SomebodyElse({ was, now, onGoOn }: { was: User; now: User; onGoOn: () => void }) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" maw={480} bg="var(--tb-surface)">
        <Stack align="start">
          <Title order={1}>{now.username} is signed in now</Title>
          <Text>
            That happened in another tab of this browser. What {was.username} has labelled here and was not sent yet is
            kept; it is sent when {was.username} signs in again.
          </Text>
          <Button onClick={onGoOn}>Go on as {now.username}</Button>
        </Stack>
      </Paper>
    </Center>
  );
}

function ToLogin() {
  const router = useRouter();
  const [from] = useState(() => router.state.location.href); // the address changes while we go
  return <Navigate to="/login" replace state={{ from }} />;
}

export function AdminsOnly() {
  if (useUser().role !== "admin") return <NotHere title="This page is for admins" />;
  return (
    <>
      <NotRefreshed />
      <Outlet />
    </>
  );
}

export function Home() {
  return <Navigate to={useUser().role === "admin" ? "/projects" : "/annotate"} replace />;
}

export function NotHere({ title = "There is no such page" }: { title?: string }) {
  return (
    <Page title={title}>
      <Text>
        Go on to{" "}
        <Anchor component={Link} to="/annotate" underline="always">
          annotating
        </Anchor>
        .
      </Text>
    </Page>
  );
}
