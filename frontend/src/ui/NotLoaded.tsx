// A part of the pages that could not be loaded: the network is gone, or a new version has replaced the files.
import { Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** Thrown in the place of what a failed `import()` throws, which differs from browser to browser. */
export class PartNotLoaded extends Error {}

export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new PartNotLoaded("A part of this page could not be loaded.", { cause });
  }
}

/** Trying again helps when the network is back; after an update, only loading the page anew does. */
export function NotLoaded({ onAgain, children }: { onAgain: () => void; children: ReactNode }) {
  return (
    <Stack gap="xs" role="alert">
      <Text size="sm">{children}</Text>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={onAgain}>
          Try again
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => window.location.reload()}>
          Reload the page
        </Button>
      </Group>
    </Stack>
  );
}
