// How far a piece of long work is.
import { Group, Progress, Text } from "@mantine/core";

import { count } from "@/ui/numbers";

type Props = { label: string; done: number; total: number; unit: string };

export function Work({ label, done, total, unit }: Props) {
  const share = total > 0 ? Math.min(100, (100 * done) / total) : 0;
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm">{label}</Text>
        <Text size="sm" c="dimmed" className="tb-number">
          {total > 0 ? `${count(done)} of ${count(total)} ${unit}` : "waiting to start"}
        </Text>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section value={share} aria-label={label} />
      </Progress.Root>
    </div>
  );
}
