// A reason for a skip or a flag: a number key, a click, or words of one's own.
import { Button, Group, Kbd, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useState, type SubmitEvent } from "react";

import { isPlain } from "./keys";

type Props = {
  title: string;
  hint?: string;
  reasons: string[];
  submit: string;
  maxLength: number;
  onReason: (reason: string | null) => void;
  onClose: () => void;
};

export function ReasonDialog({ title, hint, reasons, submit, maxLength, onReason, onClose }: Props) {
  const [reason, setReason] = useState("");
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { key, target } = event;
      const chosen = isPlain(event) ? reasons[Number(key) - 1] : undefined;
      if (chosen && !(target instanceof HTMLInputElement && target.value !== "")) onReason(chosen);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [reasons, onReason]);
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    onReason(reason.trim() || null);
  };
  return (
    <Modal opened onClose={onClose} title={title} transitionProps={{ duration: 0 }}>
      <form onSubmit={send}>
        <Stack gap="xs">
          {hint && (
            <Text size="sm" c="dimmed">
              {hint}
            </Text>
          )}
          {reasons.map((text, index) => (
            <Button
              key={text}
              variant="default"
              justify="space-between"
              onClick={() => onReason(text)}
              rightSection={<Kbd>{index + 1}</Kbd>}
            >
              {text}
            </Button>
          ))}
          <TextInput
            label="Another reason, or none"
            data-autofocus
            maxLength={maxLength}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back to the pair
            </Button>
            <Button type="submit">{submit}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
