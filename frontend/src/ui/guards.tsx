// Who may see a page: signed-in people, or admins alone.
import { Anchor, Center, Loader, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useRouter } from "@tanstack/react-router";
import { useState } from "react";

import { sessionQuery, UserContext, useUser } from "@/api/session";

import { ErrorNote } from "./ErrorNote";
import { Page } from "./Page";

export function SignedIn() {
  const session = useQuery(sessionQuery);
  if (session.data) {
    return (
      <UserContext value={session.data.user}>
        <Outlet />
      </UserContext>
    );
  }
  if (session.data === null) return <ToLogin />;
  return (
    <Center component="main" mih="100dvh" p="md">
      {session.error ? (
        <ErrorNote error={session.error} title="Tiebreak cannot be reached" />
      ) : (
        <Loader aria-label="Loading" />
      )}
    </Center>
  );
}

function ToLogin() {
  const router = useRouter();
  const [from] = useState(() => router.state.location.href); // the address changes while we go
  return <Navigate to="/login" replace state={{ from }} />;
}

export function AdminsOnly() {
  return useUser().role === "admin" ? <Outlet /> : <NotHere title="This page is for admins" />;
}

export function Home() {
  return <Navigate to={useUser().role === "admin" ? "/projects" : "/annotate"} replace />;
}

export function NotHere({ title = "There is no such page" }: { title?: string }) {
  return (
    <Page title={title}>
      <Text>
        Go on to{" "}
        <Anchor component={Link} to="/annotate">
          annotating
        </Anchor>
        .
      </Text>
    </Page>
  );
}
