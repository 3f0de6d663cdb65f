// What a chart is made of, and its numbers as rows of a table. Knows nothing of how they are drawn.
import { figure } from "./numbers";

/** One place of a series. `low` and `high` bound its band; `label` stands for x where x is a bin or a name. */
export type Point = { x: number; y: number | null; low?: number; high?: number; label?: string };
export type Series = { name: string; points: Point[]; dashed?: boolean };
/** The label says the unit too; `format` writes the numbers of this axis everywhere. */
export type Axis = { label: string; format?: (value: number) => string; domain?: [number, number] };
export type ChartProps = {
  title: string;
  x: Axis;
  y: Axis;
  series: Series[];
  kind: "line" | "bars";
  /** Name of the downloaded files, without their ending. */
  file: string;
  height?: number;
};

/** What all series say at one x, in their order. A series that says two things at one x has two rows there. */
export type Row = { x: number; label: string; points: (Point | undefined)[] };

export const COLORS = [1, 2, 3, 4, 5].map((number) => `var(--tb-chart-${number})`);
export const colorOf = (place: number) => COLORS[place % COLORS.length] ?? "currentColor";

export function toRows({ series, x }: Pick<ChartProps, "series" | "x">): Row[] {
  const rows: Row[] = [];
  const atX = new Map<number, Row[]>();
  series.forEach(({ points }, place) => {
    for (const point of points) {
      const here = atX.get(point.x) ?? [];
      let row = here.find((one) => one.points[place] === undefined);
      if (!row) {
        row = { x: point.x, label: point.label ?? write(x, point.x), points: [] };
        rows.push(row);
        atX.set(point.x, [...here, row]);
      }
      row.points[place] = point;
    }
  });
  return rows.sort((a, b) => a.x - b.x);
}

export const write = (axis: Axis, value: number | null | undefined) =>
  value == null ? "–" : (axis.format ?? figure)(value);

/** The number with its band, as a reader wants it. */
export function writePoint(axis: Axis, point: Point | undefined): string {
  const value = write(axis, point?.y);
  if (point?.low === undefined || point.high === undefined) return value;
  return `${value} (${write(axis, point.low)} to ${write(axis, point.high)})`;
}

/** All numbers in full, one line per x; a band has two columns more. */
export function toCsv(chart: Pick<ChartProps, "series" | "x">): string {
  const hasBand = chart.series.map(({ points }) => points.some(({ low }) => low !== undefined));
  const names = chart.series.flatMap(({ name }, place) => [
    name,
    ...(hasBand[place] ? [`${name} low`, `${name} high`] : []),
  ]);
  const rows = toRows(chart).map(({ x, label, points }) => [
    points.find(Boolean)?.label === undefined ? x : label,
    ...chart.series.flatMap((_, place) => {
      const point = points[place];
      return [point?.y, ...(hasBand[place] ? [point?.low, point?.high] : [])];
    }),
  ]);
  return [[chart.x.label, ...names], ...rows].map((cells) => cells.map(cell).join(",") + "\r\n").join("");
}

function cell(value: string | number | null | undefined): string {
  if (typeof value !== "string") return value == null ? "" : String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
