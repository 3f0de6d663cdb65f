// The frame of every page behind the sign-in: name, ways to go, who is signed in.
import { Anchor, Box, Button, Group, Text } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { type ReactNode } from "react";

import { useLogout, useUser } from "@/api/session";

import classes from "./Shell.module.css";
import { ThemeToggle } from "./ThemeToggle";

export function Shell() {
  const user = useUser();
  const logout = useLogout();
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
            <Button variant="default" size="sm" px="sm" loading={logout.isPending} onClick={() => logout.mutate()}>
              Sign out
            </Button>
          </Group>
        </Group>
      </header>
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
