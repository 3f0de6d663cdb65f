// A chart with its title, legend, table of the same numbers, and downloads. What draws it loads where first shown.
import { Button, Group, Paper, Skeleton, Text } from "@mantine/core";
import { CatchBoundary, type ErrorComponentProps } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useRef, useState } from "react";

import classes from "./Chart.module.css";
import { type ChartProps, colorOf, type Series, toCsv } from "./chartData";
import { saveFile, toSvgFile } from "./chartFiles";
import { ChartTable } from "./ChartTable";
import { NotLoaded } from "./NotLoaded";

const loadPlot = () => import("./ChartPlot");
const SharedPlot = lazy(loadPlot);

export function Chart(chart: ChartProps) {
  const { title, x, y, series, kind, file, height = 240 } = chart;
  const [isTable, setIsTable] = useState(false);
  const [Plot, setPlot] = useState(() => SharedPlot);
  const NotDrawn = useCallback(({ reset }: ErrorComponentProps) => {
    const again = () => {
      setPlot(() => lazy(loadPlot));
      reset();
    };
    return <NotLoaded onAgain={again}>The drawing could not be loaded; the table has the numbers.</NotLoaded>;
  }, []);
  const plot = useRef<HTMLDivElement>(null);
  const saveDrawing = () => {
    const drawn = plot.current?.querySelector<SVGSVGElement>("svg.recharts-surface");
    if (drawn) saveFile(`${file}.svg`, "image/svg+xml", toSvgFile(drawn, title, series));
  };
  return (
    <Paper
      withBorder
      p="md"
      component="figure"
      m={0}
      miw={0}
      bg="var(--tb-surface)"
      aria-label={`${title} by ${x.label}`}
    >
      <Group justify="space-between" gap="xs" mb="xs">
        <Text component="figcaption" fw={600} size="sm">
          {title}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Act name={isTable ? "Chart" : "Table"} of={title} onClick={() => setIsTable(!isTable)} />
          <Act name="SVG" of={title} onClick={saveDrawing} isOff={isTable} />
          <Act name="CSV" of={title} onClick={() => saveFile(`${file}.csv`, "text/csv", toCsv(chart))} />
        </Group>
      </Group>
      {isTable ? (
        <ChartTable {...{ title, x, y, series, height }} />
      ) : (
        <CatchBoundary getResetKey={() => title} errorComponent={NotDrawn}>
          <div ref={plot} className={classes.plot} style={{ height }} role="img" aria-label={spoken(chart)}>
            <Suspense fallback={<Skeleton height={height} />}>
              <Plot {...{ x, y, series, kind, height }} />
            </Suspense>
          </div>
        </CatchBoundary>
      )}
      {series.length > 1 && <Legend series={series} />}
    </Paper>
  );
}

function spoken({ title, x, y, series }: ChartProps): string {
  const names = series.map(({ name }) => name).join(", ");
  return `${title}: ${names} in ${y.label} by ${x.label}. The table has the numbers.`;
}

function Act({ name, of, onClick, isOff = false }: { name: string; of: string; onClick: () => void; isOff?: boolean }) {
  return (
    <Button variant="subtle" size="compact-sm" disabled={isOff} onClick={onClick} aria-label={`${name} of ${of}`}>
      {name}
    </Button>
  );
}

function Legend({ series }: { series: Series[] }) {
  return (
    <Group component="ul" gap="md" mt="xs" p={0} mb={0} className={classes.legend}>
      {series.map(({ name, dashed }, place) => (
        <li key={name}>
          <svg width={22} height={8} aria-hidden>
            <line
              x1={0}
              x2={22}
              y1={4}
              y2={4}
              stroke={colorOf(place)}
              strokeWidth={3}
              strokeDasharray={dashed ? "5 4" : undefined}
            />
          </svg>
          {name}
        </li>
      ))}
    </Group>
  );
}
