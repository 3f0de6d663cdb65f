// The picture that matters: win-rate by labels, and beside it how often labels contradicted the model, arm by arm.
import { SimpleGrid, Stack, Text } from "@mantine/core";

import type { Gain } from "@/api/types";
import { Chart } from "@/ui/Chart";

export function GainCharts({ gain }: { gain: Gain }) {
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <WinRates models={gain.models} />
        <Contradictions arms={gain.arms} />
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        Bands and bars are 95 % intervals. Every model here learned from both arms, so no curve of random choice alone
        can be drawn from it: that needs models of their own, which the replay makes (tiebreak simulate).
      </Text>
    </Stack>
  );
}

function WinRates({ models }: Pick<Gain, "models">) {
  if (models.length === 0) {
    return (
      <Nothing
        title="Win-rate by labels"
        text="Appears with the first model that a judge compared with the reference."
      />
    );
  }
  const last = models.at(-1)?.labels ?? 0;
  return (
    <Chart
      title="Win-rate against the reference"
      x={{ label: "Labels learned from" }}
      y={{ label: "Held-out prompts won, %", domain: aroundHalf(models) }}
      kind="line"
      file="win-rate-by-labels"
      series={[
        {
          name: "Model",
          points: models.map(({ labels, win_rate, win_rate_low, win_rate_high }) => ({
            x: labels,
            y: share(win_rate),
            low: share(win_rate_low),
            high: share(win_rate_high),
          })),
        },
        { name: "Even with the reference", dashed: true, points: [0, last].map((x) => ({ x, y: 50 })) },
      ]}
    />
  );
}

const ARMS = [
  ["active", "Chosen by the rule"],
  ["control", "Drawn at random"],
] as const;

function Contradictions({ arms }: Pick<Gain, "arms">) {
  if (arms.length === 0) {
    return (
      <Nothing
        title="Labels that contradicted the model"
        text="Appears with the first labelled round that a trained model sampled: the reference has no opinion yet."
      />
    );
  }
  return (
    <Chart
      title="Labels that contradicted the model"
      x={{ label: "Round" }}
      y={{ label: "Contradicted, % of preferences", domain: [0, 100] }}
      kind="line"
      file="contradicted-by-round"
      series={ARMS.map(([arm, name]) => ({
        name: `${name} (n = ${arms.filter((one) => one.arm === arm).reduce((sum, { labels }) => sum + labels, 0)})`,
        points: arms
          .filter((one) => one.arm === arm)
          .map(({ round, rate, rate_low, rate_high }) => ({
            x: round,
            y: share(rate),
            low: share(rate_low),
            high: share(rate_high),
          })),
      }))}
    />
  );
}

/** Whole tens around one half and all bands. */
function aroundHalf(models: Gain["models"]): [number, number] {
  const low = Math.min(0.4, ...models.map(({ win_rate_low }) => win_rate_low));
  const high = Math.max(0.6, ...models.map(({ win_rate_high }) => win_rate_high));
  return [Math.floor(low * 10) * 10, Math.ceil(high * 10) * 10];
}

const share = (value: number) => Math.round(value * 1000) / 10;

function Nothing({ title, text }: { title: string; text: string }) {
  return (
    <Stack gap={4} p="md" bd="1px dashed var(--mantine-color-default-border)" style={{ borderRadius: 8 }}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
    </Stack>
  );
}
