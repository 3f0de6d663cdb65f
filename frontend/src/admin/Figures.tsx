// A row of named figures.
import { Paper, SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Figures({ figures }: { figures: [string, ReactNode][] }) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      {figures.map(([name, value]) => (
        <Paper key={name} withBorder p="sm" bg="var(--tb-surface)">
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text
            component="div"
            fw={600}
            fz="md"
            style={{ fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere" }}
          >
            {value}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
