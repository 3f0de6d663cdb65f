// The curves of one training run, or of several laid over one another.
import { SimpleGrid, Text } from "@mantine/core";

import type { Metric } from "@/api/types";
import { Chart } from "@/ui/Chart";

export type Curves = { name: string; metrics: Metric[] };

/** Metrics that share a chart, each with its name in the legend. */
const CHARTS: { title: string; unit: string; domain?: [number, number]; file: string; lines: [string, string][] }[] = [
  { title: "Loss", unit: "Loss", file: "loss", lines: [["loss", "Loss"]] },
  {
    title: "Accuracy of the rewards",
    unit: "Share of pairs",
    domain: [0, 1],
    file: "accuracy",
    lines: [
      ["rewards/accuracies", "In training"],
      ["eval_rewards/accuracies", "On held-out prompts"],
    ],
  },
  {
    title: "Rewards",
    unit: "Reward, nats",
    file: "rewards",
    lines: [
      ["rewards/chosen", "Chosen"],
      ["rewards/rejected", "Rejected"],
    ],
  },
  { title: "Margin of the rewards", unit: "Margin, nats", file: "margins", lines: [["rewards/margins", "Margin"]] },
  { title: "Drift from the reference", unit: "Nats per token", file: "drift", lines: [["drift", "Drift"]] },
  {
    title: "Correlation of margin and length",
    unit: "Correlation",
    file: "length-correlation",
    lines: [["length_correlation", "Correlation"]],
  },
];

export function MetricCharts({ runs }: { runs: Curves[] }) {
  const seen = new Set(runs.flatMap(({ metrics }) => metrics.flatMap(({ values }) => Object.keys(values))));
  if (seen.size === 0) return <Text c="dimmed">The curves appear here with the first step.</Text>;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      {CHARTS.map(({ title, unit, domain, file, lines }) => {
        const drawn = lines.filter(([metric]) => seen.has(metric));
        if (drawn.length === 0) return null;
        return (
          <Chart
            key={title}
            title={title}
            x={{ label: "Step" }}
            y={{ label: unit, ...(domain && { domain }) }}
            kind="line"
            file={file}
            series={runs.flatMap(({ name, metrics }) =>
              drawn.map(([metric, label]) => ({
                name: runs.length > 1 ? `${name}: ${label}` : label,
                points: pointsOf(metrics, metric),
              })),
            )}
          />
        );
      })}
    </SimpleGrid>
  );
}

function pointsOf(metrics: Metric[], name: string) {
  return metrics.flatMap(({ step, values }) => {
    const y = values[name];
    return y == null ? [] : [{ x: step, y }];
  });
}
