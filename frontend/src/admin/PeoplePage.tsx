// People who sign in, and keys of programs.
import { Page } from "@/ui/Page";

import { KeysBox } from "./KeysBox";
import { UsersBox } from "./UsersBox";

export function PeoplePage() {
  return (
    <Page title="People and keys">
      <UsersBox />
      <KeysBox />
    </Page>
  );
}
