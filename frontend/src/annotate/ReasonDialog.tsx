// A reason for a skip or a flag: a number key, a click, or words of one's own, to which letters and the last number lead.
import { Button, Group, Kbd, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type SubmitEvent } from "react";

import { withoutRepeat } from "./Hint";
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
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!isPlain(event) || event.target === field.current) return;
      const number = Number(event.key);
      const chosen = reasons[number - 1];
      if (chosen !== undefined) onReason(chosen);
      else if (number === reasons.length + 1) {
        event.preventDefault();
        field.current?.focus();
      } else if (event.key.length === 1 && event.key !== " ") field.current?.focus(); // takes the letter
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
      <form onSubmit={send} onKeyDown={withoutRepeat}>
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
            ref={field}
            label="Another reason, or none"
            rightSection={<Kbd>{reasons.length + 1}</Kbd>}
            maxLength={maxLength}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back to the pair
            </Button>
            <Button type="submit" data-autofocus>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
