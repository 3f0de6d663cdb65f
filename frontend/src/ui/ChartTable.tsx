// The numbers of a chart as a table, which everybody can read.
import { Table } from "@mantine/core";

import { type ChartProps, toRows, writePoint } from "./chartData";

type Props = Pick<ChartProps, "title" | "x" | "y" | "series"> & { height: number };

export function ChartTable({ title, x, y, series, height }: Props) {
  return (
    <Table.ScrollContainer
      minWidth={0}
      h={height}
      style={{ overflow: "auto" }}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={`Table of ${title}`}
    >
      <Table stickyHeader verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className="tb-number">{x.label}</Table.Th>
            {series.map(({ name }) => (
              <Table.Th key={name} className="tb-number">
                {name}
                {series.length === 1 || name === y.label ? "" : `, ${y.label}`}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {toRows({ series, x }).map((row, index) => (
            <Table.Tr key={index}>
              <Table.Td className="tb-number">{row.label}</Table.Td>
              {series.map(({ name }, place) => (
                <Table.Td key={name} className="tb-number">
                  {writePoint(y, row.points[place])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
