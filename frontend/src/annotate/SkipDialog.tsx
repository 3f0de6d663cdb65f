// Why a pair is skipped: a number key, a click, or words of one's own.
import { Button, Group, Kbd, Modal, Stack, TextInput } from "@mantine/core";
import { useEffect, useState, type SubmitEvent } from "react";

const REASONS = ["I cannot judge this", "The prompt makes no sense", "Offensive or private content"];

type Props = { onSkip: (reason: string | null) => void; onClose: () => void };

export function SkipDialog({ onSkip, onClose }: Props) {
  const [reason, setReason] = useState("");
  useEffect(() => {
    const listen = ({ key, target }: KeyboardEvent) => {
      const chosen = REASONS[Number(key) - 1];
      if (chosen && !(target instanceof HTMLInputElement && target.value !== "")) onSkip(chosen);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [onSkip]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSkip(reason.trim() || null);
  };
  return (
    <Modal opened onClose={onClose} title="Skip this pair" transitionProps={{ duration: 0 }}>
      <form onSubmit={submit}>
        <Stack gap="xs">
          {REASONS.map((text, index) => (
            <Button
              key={text}
              variant="default"
              justify="space-between"
              onClick={() => onSkip(text)}
              rightSection={<Kbd>{index + 1}</Kbd>}
            >
              {text}
            </Button>
          ))}
          <TextInput
            label="Another reason, or none"
            data-autofocus
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back to the pair
            </Button>
            <Button type="submit">Skip</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
