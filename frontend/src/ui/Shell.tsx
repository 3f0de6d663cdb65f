// The frame of every page behind the sign-in: name, ways to go, who is signed in.
import { Anchor, Box, Button, Group, Modal, Text } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";

import { useLogout, useUser } from "@/api/session";

import classes from "./Shell.module.css";
import { ThemeToggle } from "./ThemeToggle";

/** `countWaiting` tells how many labels of a person wait to be sent. */
export function Shell({ countWaiting }: { countWaiting: (userId: string) => number }) {
  const user = useUser();
  const logout = useLogout();
  const [waiting, setWaiting] = useState(0);
  const leave = () => {
    const amount = countWaiting(user.id);
    if (amount > 0) setWaiting(amount);
    else logout.mutate();
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
          <Group gap="xs" wrap="nowrap" ml="auto">
            <Text size="sm" c="dimmed" visibleFrom="sm" truncate maw={160}>
              {user.username}
            </Text>
            <ThemeToggle />
            <Button variant="default" size="sm" px="sm" loading={logout.isPending} onClick={leave}>
              Sign out
            </Button>
          </Group>
        </Group>
      </header>
      <Modal
        opened={waiting > 0}
        onClose={() => setWaiting(0)}
        title="Not everything is sent yet"
        transitionProps={{ duration: 0 }}
      >
        <Text size="sm">
          {waiting === 1 ? "One thing waits to be sent. It is" : `${waiting} things wait to be sent. They are`} kept in
          this browser, and sent when you sign in here again.
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setWaiting(0)}>
            Stay signed in
          </Button>
          <Button loading={logout.isPending} onClick={() => logout.mutate()}>
            Sign out all the same
          </Button>
        </Group>
      </Modal>
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
