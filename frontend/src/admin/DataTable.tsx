// A table that scrolls sideways in its own frame, with numbers to the right and headings that explain
// themselves and sort on the service.
import { Paper, Table, Text, Tooltip, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./DataTable.module.css";

/** Cells stay on one line unless the column may `wrap`. `sorts` names the service's orders. */
export type Column<T> = {
  title: string;
  cell: (row: T) => ReactNode;
  number?: boolean;
  wrap?: boolean;
  hint?: string;
  sorts?: Sorts;
};

type Sorts = { falling?: string; rising?: string };
type Sorting = { sort: string; onSort: (sort: string) => void };
type Props<T> = {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T, index: number) => string;
  nothing: ReactNode;
  sorting?: Sorting;
};

export function DataTable<T>({ label, columns, rows, rowKey, nothing, sorting }: Props<T>) {
  if (rows.length === 0) return <Nothing>{nothing}</Nothing>;
  return (
    <Paper withBorder bg="var(--tb-surface)" className={classes.frame}>
      <Table.ScrollContainer
        className={classes.scroll}
        minWidth={0}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <Table verticalSpacing={7} horizontalSpacing="sm" aria-label={label} className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Heading key={column.title} column={column} sorting={sorting} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, index) => (
              <Table.Tr key={rowKey(row, index)}>
                {columns.map(({ title, cell, number, wrap }) => (
                  <Table.Td
                    key={title}
                    className={number ? "tb-number" : undefined}
                    style={wrap ? { minWidth: 180, overflowWrap: "anywhere" } : { whiteSpace: "nowrap" }}
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

/** What a list says when it is empty. */
export function Nothing({ children }: { children: ReactNode }) {
  return (
    <Paper withBorder p="lg" bg="var(--tb-surface)">
      <Text c="dimmed" ta="center" component="div">
        {children}
      </Text>
    </Paper>
  );
}

function Heading<T>({ column, sorting }: { column: Column<T>; sorting: Sorting | undefined }) {
  const { title, number, hint, sorts } = column;
  const order = sorts && sorting ? orderOf(sorts, sorting.sort) : undefined;
  return (
    <Table.Th className={number ? "tb-number" : undefined} aria-sort={order}>
      <Hinted hint={hint}>
        {sorts && sorting ? (
          <UnstyledButton className={classes.heading} onClick={() => sorting.onSort(nextOf(sorts, sorting.sort))}>
            {title}
            <span aria-hidden className={classes.arrow}>
              {order === "descending" ? "↓" : order === "ascending" ? "↑" : "↕"}
            </span>
          </UnstyledButton>
        ) : hint ? (
          <UnstyledButton className={`${classes.heading} ${classes.hinted}`}>{title}</UnstyledButton>
        ) : (
          title
        )}
      </Hinted>
    </Table.Th>
  );
}

/** What a column means: shown to whoever points at its heading, touches it, or comes to it by Tab. */
function Hinted({ hint, children }: { hint: string | undefined; children: ReactNode }) {
  if (!hint) return children;
  return (
    <Tooltip label={hint} events={{ hover: true, focus: true, touch: true }} multiline maw={280} withinPortal>
      {children}
    </Tooltip>
  );
}

function nextOf({ falling, rising }: Sorts, sort: string): string {
  return (sort === falling ? (rising ?? falling) : (falling ?? rising)) ?? sort;
}

function orderOf({ falling, rising }: Sorts, sort: string) {
  return sort === falling ? "descending" : sort === rising ? "ascending" : "none";
}
