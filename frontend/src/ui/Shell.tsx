// The frame of every page behind the sign-in: name, ways to go, who is signed in.
import { Anchor, Box, Button, Group, Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";

import { sessionQuery, useLogout, useUser } from "@/api/session";

import { ErrorNote } from "./ErrorNote";
import classes from "./Shell.module.css";
import { ThemeToggle } from "./ThemeToggle";

const READ_MS = 15_000;
const STILL_HERE = "You are still signed in";

/** `countWaiting` tells how many labels of a person wait to be sent. */
export function Shell({ countWaiting }: { countWaiting: (userId: string) => number }) {
  const user = useUser();
  const logout = useLogout();
  const hasPassword = useQuery(sessionQuery).data?.has_password ?? true;
  const [waiting, setWaiting] = useState<number | null>(null); // while it is asked whether to sign out
  const { isError, reset } = logout;
  useEffect(() => {
    if (!isError) return;
    const timer = setTimeout(reset, READ_MS);
    return () => clearTimeout(timer);
  }, [isError, reset]);
  const leave = () => {
    const amount = countWaiting(user.id);
    if (amount > 0 || !hasPassword) setWaiting(amount);
    else logout.mutate();
  };
  const stay = () => {
    setWaiting(null);
    logout.reset();
  };
  return (
    <div className={classes.shell}>
      <a href="#main" className="tb-skip-link">
        Skip to the content
      </a>
      <header className={classes.header}>
        <Group gap="lg" wrap="nowrap" className={classes.bar}>
          <Anchor component={Link} to="/" className={classes.name} underline="never">
            Tiebreak
          </Anchor>
          <nav className={classes.nav} aria-label="Main">
            <Way to="/annotate">Annotate</Way>
            {user.role === "admin" && <Way to="/projects">Projects</Way>}
            {user.role === "admin" && <Way to="/people">People</Way>}
          </nav>
          <Group wrap="nowrap" ml="auto" className={classes.own}>
            <Link to="/password" className={classes.user} aria-label={`${user.username}: your password`}>
              <span className={classes.whole}>{user.username}</span>
              <span className={classes.initial}>{Array.from(user.username)[0]}</span>
            </Link>
            <ThemeToggle />
            <Button variant="default" size="sm" className={classes.leave} loading={logout.isPending} onClick={leave}>
              Sign out
            </Button>
          </Group>
        </Group>
      </header>
      <Modal
        opened={waiting !== null}
        onClose={stay}
        title={hasPassword ? "Not everything is sent yet" : "You have no password"}
        transitionProps={{ duration: 0 }}
      >
        {!hasPassword && (
          <Text size="sm" mb="xs">
            Signed out, you can come back only with a new one-time link from an admin.{" "}
            <Anchor component={Link} to="/password" underline="always" onClick={() => setWaiting(null)}>
              Set a password first
            </Anchor>
            .
          </Text>
        )}
        {waiting !== null && waiting > 0 && (
          <Text size="sm">
            {waiting === 1 ? "One thing waits to be sent. It is" : `${waiting} things wait to be sent. They are`} kept
            in this browser, and sent when you sign in here again.
          </Text>
        )}
        <ErrorNote error={logout.error} title={STILL_HERE} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={stay}>
            Stay signed in
          </Button>
          <Button loading={logout.isPending} onClick={() => logout.mutate()}>
            Sign out all the same
          </Button>
        </Group>
      </Modal>
      {waiting === null && <ErrorNote error={logout.error} title={STILL_HERE} />}
      <Box component="main" id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </Box>
    </div>
  );
}

function Way({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} className={classes.way} activeProps={{ className: classes.here }}>
      {children}
    </Link>
  );
}
