// Draws a chart with recharts: the only file that loads it. Knows nothing of titles, tables or files.
import { Paper, Text } from "@mantine/core";
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  ErrorBar,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  type TooltipContentProps,
} from "recharts";

import { type ChartProps, colorOf, type Row, toRows, write, writePoint } from "./chartData";

const TICK = { fill: "var(--mantine-color-dimmed)", fontSize: 12 };
const MARGIN = { top: 8, right: 16, bottom: 22, left: 8 };

type Props = Pick<ChartProps, "x" | "y" | "series" | "kind"> & { height: number };

export default function ChartPlot({ x, y, series, kind, height }: Props) {
  const rows = toRows({ series, x });
  const axisTitle = { fill: "var(--mantine-color-dimmed)", fontSize: 12 };
  const isFew = rows.length < 25;
  const isUnconnected = series.map(({ points }) => new Set(points.map((point) => point.x)).size < points.length);
  const hasBand = series.map(({ points }) => points.some(({ low }) => low !== undefined));
  // A band needs two places to lie between.
  const isUpright = series.map(({ points }, place) => isUnconnected[place] || points.length === 1);
  return (
    <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 320, height }}>
      <ComposedChart data={rows} margin={MARGIN} accessibilityLayer={false} barGap={1} barCategoryGap="12%">
        <CartesianGrid vertical={false} stroke="var(--tb-chart-grid)" />
        <XAxis
          {...(kind === "bars"
            ? { dataKey: "label", type: "category" as const, minTickGap: 16 }
            : {
                dataKey: "x",
                type: "number" as const,
                domain: ["dataMin", "dataMax"],
                ticks: wholeTicks(rows),
              })}
          tick={TICK}
          tickFormatter={kind === "bars" ? undefined : (value: number) => write(x, value)}
          stroke="var(--tb-chart-axis)"
          label={{ value: x.label, position: "insideBottom", offset: -14, ...axisTitle }}
        />
        <YAxis
          domain={y.domain ?? (kind === "bars" ? [0, "auto"] : ["auto", "auto"])}
          tick={TICK}
          tickFormatter={(value: number) => write(y, value)}
          stroke="var(--tb-chart-axis)"
          width={64}
          label={{
            value: y.label,
            angle: -90,
            position: "insideLeft",
            offset: 4,
            style: { textAnchor: "middle" },
            ...axisTitle,
          }}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--tb-chart-axis)", fill: "var(--tb-chart-grid)" }}
          content={(shown: TooltipContentProps) => <Reading {...{ shown, x, y, series }} />}
        />
        {series.map((one, place) =>
          hasBand[place] && !isUpright[place] ? (
            <Area
              key={`band ${one.name}`}
              dataKey={(row: Row) => bandOf(row, place)}
              type="linear"
              connectNulls
              stroke="none"
              fill={colorOf(place)}
              fillOpacity={0.16}
              activeDot={false}
              isAnimationActive={false}
            />
          ) : null,
        )}
        {series.map(({ name, dashed }, place) =>
          kind === "bars" ? (
            <Bar
              key={name}
              name={name}
              dataKey={(row: Row) => row.points[place]?.y ?? null}
              fill={colorOf(place)}
              isAnimationActive={false}
            />
          ) : (
            <Line
              key={name}
              name={name}
              dataKey={(row: Row) => row.points[place]?.y ?? null}
              type="linear"
              connectNulls
              stroke={colorOf(place)}
              strokeWidth={isUnconnected[place] ? 0 : 2}
              strokeDasharray={dashed ? "5 4" : undefined}
              dot={isUnconnected[place] || (isFew && !dashed) ? { r: 3, strokeWidth: 0, fill: colorOf(place) } : false}
              isAnimationActive={false}
            >
              {hasBand[place] && isUpright[place] && (
                <ErrorBar
                  dataKey={(row: Row) => reachOf(row, place)}
                  direction="y"
                  width={8}
                  stroke={colorOf(place)}
                  strokeWidth={1.5}
                  isAnimationActive={false}
                />
              )}
            </Line>
          ),
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

/** About six whole numbers at even steps of 1, 2 or 5 times a power of ten. */
function wholeTicks(rows: Row[]): number[] {
  const [low, high] = [rows[0]?.x ?? 0, rows.at(-1)?.x ?? 0];
  const rough = Math.max(1, (high - low) / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, place) => (first + place) * step);
}

function bandOf(row: Row, place: number): [number, number] | null {
  const point = row.points[place];
  return point?.low === undefined || point.high === undefined ? null : [point.low, point.high];
}

/** How far the interval reaches below and above its point. */
function reachOf(row: Row, place: number): [number, number] | null {
  const point = row.points[place];
  if (point?.y == null || point.low === undefined || point.high === undefined) return null;
  return [point.y - point.low, point.high - point.y];
}

function Reading({ shown, x, y, series }: { shown: TooltipContentProps } & Pick<Props, "x" | "y" | "series">) {
  const row = shown.payload[0]?.payload as Row | undefined;
  if (!shown.active || !row) return null;
  return (
    <Paper withBorder shadow="sm" px="sm" py={6} bg="var(--tb-surface)">
      <Text size="xs" c="dimmed">
        {x.label} {row.label}
      </Text>
      {series.map(({ name }, place) =>
        row.points[place] ? (
          <Text key={name} size="xs" className="tb-number" ta="left">
            {name}: {writePoint(y, row.points[place])}
          </Text>
        ) : null,
      )}
    </Paper>
  );
}
