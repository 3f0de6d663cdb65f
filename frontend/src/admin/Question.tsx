// Asks before something that cannot be taken back, or is not small.
import { Button, type ButtonProps, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";

import { ErrorNote } from "@/ui/ErrorNote";
import { useFocusBack } from "@/ui/useFocusBack";

type Props = {
  title: string;
  /** What it does. */
  children: ReactNode;
  act: string;
  keep: string;
  color?: ButtonProps["color"];
  isPending?: boolean;
  error?: unknown;
  onAct: () => void;
  onClose: () => void;
};

export function Question({ title, children, act, keep, color, isPending = false, error, onAct, onClose }: Props) {
  useFocusBack(true);
  return (
    <Modal opened onClose={onClose} title={title} centered transitionProps={{ duration: 0 }}>
      <Stack>
        {children}
        <ErrorNote error={error} title="Nothing was changed" />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {keep}
          </Button>
          <Button color={color} loading={isPending} onClick={onAct}>
            {act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
