// How the pairs are shown: the size of their text, and whether both answers scroll together.
import { Button, Group, Popover, Stack, Switch, Text } from "@mantine/core";

import { percent } from "@/ui/numbers";

import type { View } from "./useView";

export function ViewMenu({ view }: { view: View }) {
  const { size, smaller, larger, setSize, together, setTogether } = view;
  return (
    // What holds the focus, and keeps the keys to itself, must not vanish when its button is scrolled away.
    <Popover position="bottom-end" shadow="md" trapFocus hideDetached={false} transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button variant="subtle" color="gray" c="dimmed" size="compact-sm" px={8} h={30}>
          View
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Group justify="space-between" gap="xl" wrap="nowrap">
            <Text size="sm">Text size</Text>
            <Group gap={6} wrap="nowrap">
              <Button
                size="compact-sm"
                variant="default"
                aria-label="A−, smaller text"
                disabled={smaller === undefined}
                onClick={() => smaller && setSize(smaller)}
              >
                A−
              </Button>
              <Text size="sm" className="tb-number" miw={44} role="status">
                {percent(size, 0)}
              </Text>
              <Button
                size="compact-sm"
                variant="default"
                aria-label="A+, larger text"
                disabled={larger === undefined}
                onClick={() => larger && setSize(larger)}
              >
                A+
              </Button>
            </Group>
          </Group>
          <Switch
            label="Answers scroll together"
            labelPosition="left"
            checked={together}
            onChange={(event) => setTogether(event.currentTarget.checked)}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
