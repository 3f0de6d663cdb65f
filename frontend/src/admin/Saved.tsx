// Says that a form was stored.
import { Text } from "@mantine/core";

export function Saved({ when }: { when: boolean }) {
  return (
    <Text size="sm" c="dimmed" role="status" ta="right">
      {when ? "Saved." : ""}
    </Text>
  );
}
