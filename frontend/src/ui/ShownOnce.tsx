// A secret that is shown a single time: a sign-in link or an API key.
import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useRef, useState } from "react";

type Props = { title: string; hint: string; secret: string; onDone: () => void };

export function ShownOnce({ title, hint, secret, onDone }: Props) {
  const code = useRef<HTMLPreElement>(null);
  const [outcome, setOutcome] = useState<"copied" | "selected" | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setOutcome("copied");
    } catch {
      // Browsers lend no clipboard to a page without TLS.
      if (code.current) window.getSelection()?.selectAllChildren(code.current);
      setOutcome("selected");
    }
  };
  return (
    <Alert title={title} variant="light" role="status">
      <Stack gap="xs">
        <Text size="sm">{hint}</Text>
        <Code ref={code} block tabIndex={0} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {secret}
        </Code>
        <Group gap="xs">
          <Button size="sm" onClick={() => void copy()}>
            {outcome === "copied" ? "Copied" : "Copy"}
          </Button>
          <Button size="sm" variant="default" onClick={onDone}>
            I have kept it
          </Button>
        </Group>
        {outcome === "selected" && (
          <Text size="sm">This browser does not let the page copy. It is selected: press Ctrl+C, on a Mac ⌘C.</Text>
        )}
      </Stack>
    </Alert>
  );
}
