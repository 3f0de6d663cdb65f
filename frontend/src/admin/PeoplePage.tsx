// People who sign in, and keys of programs.
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { Page } from "@/ui/Page";

import { KeysBox } from "./KeysBox";
import { UsersBox } from "./UsersBox";

export function PeoplePage() {
  return (
    <Page
      title="People and keys"
      actions={
        <Button component={Link} to="/audit" variant="default">
          Audit log
        </Button>
      }
    >
      <UsersBox />
      <KeysBox />
    </Page>
  );
}
