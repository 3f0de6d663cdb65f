// A page's heading, its actions and its width.
import { Container, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

type Props = {
  title: string;
  /** One sentence under the heading. */
  lead?: ReactNode;
  actions?: ReactNode;
  size?: string | number;
  children: ReactNode;
};

export function Page({ title, lead, actions, size = 1200, children }: Props) {
  useDocumentTitle(`${title} · Tiebreak`);
  return (
    <Container size={1200} w="100%" py="lg">
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
