// A secret that is shown a single time: a sign-in link or an API key.
import { Alert, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";

type Props = { title: string; hint: string; secret: string; onDone: () => void };

export function ShownOnce({ title, hint, secret, onDone }: Props) {
  return (
    <Alert title={title} variant="light" role="status">
      <Stack gap="xs">
        <Text size="sm">{hint}</Text>
        <Code block tabIndex={0} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {secret}
        </Code>
        <Group gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button size="sm" onClick={copy}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
          <Button size="sm" variant="default" onClick={onDone}>
            I have kept it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
