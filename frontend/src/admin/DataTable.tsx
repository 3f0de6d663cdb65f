// A table that scrolls sideways in its own frame, with numbers to the right.
import { Paper, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** Cells stay on one line unless the column may `wrap`. */
export type Column<T> = {
  title: string;
  cell: (row: T) => ReactNode;
  number?: boolean;
  wrap?: boolean;
  hint?: string;
};

type Props<T> = { label: string; columns: Column<T>[]; rows: T[]; rowKey: (row: T) => string; nothing: string };

export function DataTable<T>({ label, columns, rows, rowKey, nothing }: Props<T>) {
  if (rows.length === 0) return <Text c="dimmed">{nothing}</Text>;
  return (
    <Paper withBorder bg="var(--tb-surface)">
      <Table.ScrollContainer minWidth={0} type="native" tabIndex={0} role="region" aria-label={label}>
        <Table verticalSpacing="xs" horizontalSpacing="md" aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ title, number, hint }) => (
                <Table.Th
                  key={title}
                  className={number ? "tb-number" : undefined}
                  title={hint}
                  style={{ whiteSpace: "nowrap" }}
                >
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map(({ title, cell, number, wrap }) => (
                  <Table.Td
                    key={title}
                    className={number ? "tb-number" : undefined}
                    style={wrap ? { minWidth: 220, overflowWrap: "anywhere" } : { whiteSpace: "nowrap" }}
                  >
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
