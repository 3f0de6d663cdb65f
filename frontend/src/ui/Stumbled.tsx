// What is shown when a page breaks: the reason, and a way on.
import { Button, Center, Code, Stack, Text, Title } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";

export function Stumbled({ error }: ErrorComponentProps) {
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
