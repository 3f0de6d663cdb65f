// Asks before unsaved changes are dropped: by leaving the page, by closing the tab, or by what `unlessUnsaved` guards.
import { Button, Group, Modal, Text } from "@mantine/core";
import { type ShouldBlockFn, useBlocker } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";

import { type Search, writeSearch } from "@/ui/address";

type Unsaved = {
  /** Stands somewhere on the page. */
  question: ReactNode;
  /** Does it at once where nothing is unsaved, or else when the question is answered so. */
  unlessUnsaved: (act: () => void) => void;
};

export function useUnsaved(isUnsaved: boolean): Unsaved {
  const [wanted, setWanted] = useState<{ act: () => void } | null>(null);
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: (move) => isUnsaved && leaves(move),
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  const stay = () => {
    setWanted(null);
    reset?.();
  };
  const drop = () => {
    setWanted(null);
    wanted?.act();
    proceed?.();
  };
  const question = (
    <Modal
      opened={status === "blocked" || wanted !== null}
      onClose={stay}
      title="Leave without saving?"
      transitionProps={{ duration: 0 }}
    >
      <Text size="sm" mb="md">
        What was changed here is not saved.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={stay}>
          Stay
        </Button>
        <Button color="red.9" onClick={drop}>
          Leave, drop the changes
        </Button>
      </Group>
    </Modal>
  );
  return { question, unlessUnsaved: (act) => (isUnsaved ? setWanted({ act }) : act()) };
}

/** A page replaces what stands behind the question mark itself (`useFilters`); a link to another such address leaves. */
function leaves({ current, next, action }: Parameters<ShouldBlockFn>[0]): boolean {
  if (current.pathname !== next.pathname) return true;
  return action !== "REPLACE" && writeSearch(current.search as Search) !== writeSearch(next.search as Search);
}
