// A remark that goes with the next verdict.
import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";

type Props = { value: string; onChange: (value: string) => void; onClose: () => void };

export function CommentDialog({ value, onChange, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title="Comment on this pair" transitionProps={{ duration: 0 }}>
      <Stack gap="xs">
        <Textarea
          label="It is stored with your verdict"
          data-autofocus
          autosize
          minRows={3}
          maxRows={10}
          maxLength={5000}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button onClick={onClose}>Back to the pair</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
