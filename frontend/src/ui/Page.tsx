// A page's heading, its actions and its width.
import { Container, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

/** Pixels at most: tables use what a wide screen has, and lines can still be read. */
export const PAGE_WIDTH = 1320;

type Props = {
  title: string;
  /** One sentence under the heading. */
  lead?: ReactNode;
  actions?: ReactNode;
  size?: string | number;
  children: ReactNode;
};

export function Page({ title, lead, actions, size = PAGE_WIDTH, children }: Props) {
  useDocumentTitle(`${title} · Tiebreak`);
  return (
    <Container size={PAGE_WIDTH} w="100%" py="lg">
      <Stack gap="lg" maw={size}>
        <Group justify="space-between">
          <div>
            <Title order={1}>{title}</Title>
            {lead && (
              <Text size="sm" c="dimmed" mt={2}>
                {lead}
              </Text>
            )}
          </div>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Container>
  );
}
