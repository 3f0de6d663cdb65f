// A page's heading, its actions and its width.
import { Container, Group, Stack, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

type Props = { title: string; actions?: ReactNode; size?: string | number; children: ReactNode };

export function Page({ title, actions, size = 1200, children }: Props) {
  useDocumentTitle(`${title} · Tiebreak`);
  return (
    <Container size={1200} w="100%" py="lg">
      <Stack gap="lg" maw={size}>
        <Group justify="space-between">
          <Title order={1}>{title}</Title>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Container>
  );
}
