// The curves of a training run, and the last figures as a table.
import "@mantine/charts/styles.css";

import { LineChart } from "@mantine/charts";
import { Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";

import type { Metric } from "@/api/types";
import { figure } from "@/ui/numbers";

import { DataTable } from "./DataTable";

const CHARTS: { title: string; lines: [string, string][] }[] = [
  { title: "Loss", lines: [["loss", "pine.5"]] },
  {
    title: "Accuracy of the rewards",
    lines: [
      ["rewards/accuracies", "pine.5"],
      ["eval_rewards/accuracies", "orange.6"],
    ],
  },
  {
    title: "Rewards, nats",
    lines: [
      ["rewards/chosen", "pine.5"],
      ["rewards/rejected", "red.6"],
    ],
  },
  { title: "Margin of the rewards, nats", lines: [["rewards/margins", "pine.5"]] },
  { title: "Drift from the reference, nats per token", lines: [["drift", "pine.5"]] },
  { title: "Correlation of margin and length", lines: [["length_correlation", "pine.5"]] },
];

export default function MetricCharts({ metrics }: { metrics: Metric[] }) {
  const last = metrics.at(-1);
  if (!last) return <Text c="dimmed">The curves appear here with the first step.</Text>;
  // A dot in a name would be read as a path.
  const data = metrics.map(({ step, values }) => ({ step, ...values }));
  const seen = new Set(metrics.flatMap(({ values }) => Object.keys(values)));
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {CHARTS.map(({ title, lines }) => {
          const series = lines.filter(([name]) => seen.has(name)).map(([name, color]) => ({ name, color }));
          if (series.length === 0) return null;
          return (
            <Paper
              key={title}
              withBorder
              p="md"
              bg="var(--tb-surface)"
              component="figure"
              m={0}
              aria-label={`${title} by step`}
            >
              <Text component="figcaption" size="sm" fw={600} mb="xs">
                {title}
              </Text>
              <LineChart
                h={200}
                data={data}
                dataKey="step"
                series={series}
                curveType="linear"
                connectNulls
                withDots={data.length < 3}
                withLegend={series.length > 1}
                xAxisLabel="Step"
                valueFormatter={figure}
                yAxisProps={{ domain: ["auto", "auto"], width: 56 }}
                lineChartProps={{ accessibilityLayer: false }}
                lineProps={{ isAnimationActive: false }}
              />
            </Paper>
          );
        })}
      </SimpleGrid>
      <Stack component="section" gap="sm" maw={480}>
        <Title order={2}>At step {last.step}</Title>
        <DataTable
          label="Last metrics"
          columns={[
            { title: "Metric", cell: ([name]) => name },
            { title: "Value", cell: ([, value]) => figure(value), number: true },
          ]}
          rows={Object.entries(last.values)}
          rowKey={([name]) => name}
          nothing="No figures yet."
        />
      </Stack>
    </Stack>
  );
}
