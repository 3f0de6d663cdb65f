// What is shown when a page breaks, or cannot be loaded: the reason, and a way on.
import { Button, Center, Code, Stack, Text, Title } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";

import { PartNotLoaded } from "./NotLoaded";

export function Stumbled({ error }: ErrorComponentProps) {
  if (error instanceof PartNotLoaded) {
    return (
      <Center mih="60dvh" p="md">
        <Stack maw={560}>
          <Title order={1}>This page could not be loaded</Title>
          <Text>
            The network is gone, or Tiebreak was updated while it stood open here. Nothing you labelled is lost.
          </Text>
          <Button onClick={() => window.location.reload()}>Reload</Button>
        </Stack>
      </Center>
    );
  }
  return (
    <Center mih="60dvh" p="md">
      <Stack maw={560}>
        <Title order={1}>This page broke</Title>
        <Text>
          Nothing you labelled is lost. Reload the page; if it breaks again, tell your admin the reason below.
        </Text>
        <Code block>{error instanceof Error ? error.message : String(error)}</Code>
        <Button onClick={() => window.location.reload()}>Reload</Button>
      </Stack>
    </Center>
  );
}
