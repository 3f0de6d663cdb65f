// Asks before a page with unsaved changes is left: within the application, and when the tab closes.
import { Button, Group, Modal, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";

export function useUnsaved(isUnsaved: boolean): ReactNode {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isUnsaved && current.pathname !== next.pathname,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  return (
    <Modal opened={status === "blocked"} onClose={() => reset?.()} title="Leave without saving?">
      <Text size="sm" mb="md">
        Some settings were changed and not saved.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => reset?.()}>
          Stay
        </Button>
        <Button color="red" onClick={() => proceed?.()}>
          Leave, drop the changes
        </Button>
      </Group>
    </Modal>
  );
}
