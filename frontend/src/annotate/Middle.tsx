// What stands in the place of a pair: a few words and a button, in the middle.
import { Center, Stack } from "@mantine/core";
import type { ReactNode } from "react";

export function Middle({ children }: { children: ReactNode }) {
  return (
    <Center flex={1} p="xl" mih={260}>
      <Stack align="center" ta="center" gap="sm">
        {children}
      </Stack>
    </Center>
  );
}
