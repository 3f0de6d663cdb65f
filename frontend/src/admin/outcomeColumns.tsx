// The columns of what an evaluation measured, shared by the tables that show it: the figure, and its detail below.
import { Text } from "@mantine/core";

import { decimal, percent } from "@/ui/numbers";

import type { Column } from "./DataTable";

export type Outcome = {
  win_rate?: number | null;
  win_rate_low?: number | null;
  win_rate_high?: number | null;
  length_controlled_win_rate?: number | null;
  kl?: number | null;
  kl_per_token?: number | null;
  perplexity?: number | null;
  baseline_perplexity?: number | null;
  mean_length?: number | null;
  length_p10?: number | null;
  length_p50?: number | null;
  length_p90?: number | null;
};

export function outcomeColumns<T>(of: (row: T) => Outcome): Column<T>[] {
  return [
    {
      title: "Win-rate (95 %)",
      cell: (row) => withDetail(percent(of(row).win_rate), interval(of(row))),
      number: true,
      hint: "Ties count half; the interval holds the true rate in 95 of 100 evaluations",
    },
    {
      title: "Equal length",
      cell: (row) => percent(of(row).length_controlled_win_rate),
      number: true,
      hint: "The win-rate expected where both answers have one length",
    },
    {
      title: "KL, nats",
      cell: (row) => withDetail(decimal(of(row).kl), named(of(row).kl_per_token, 3, "a token")),
      number: true,
      hint: "From the baseline to the model: per answer, and per token",
    },
    {
      title: "Perplexity",
      cell: (row) => withDetail(decimal(of(row).perplexity), named(of(row).baseline_perplexity, 2, "before")),
      number: true,
      hint: "Of the eval prompts' own text, per token, lower is better; before: under the baseline",
    },
    {
      title: "Length, tokens",
      cell: (row) => withDetail(decimal(of(row).mean_length, 1), percentiles(of(row))),
      number: true,
      hint: "Of an answer: the mean, and what 10, 50 and 90 % of the answers do not exceed",
    },
  ];
}

function interval({ win_rate_low: low, win_rate_high: high }: Outcome): string | null {
  return low == null || high == null ? null : `${decimal(low * 100, 1)} to ${decimal(high * 100, 1)}`;
}

function percentiles({ length_p10: p10, length_p50: p50, length_p90: p90 }: Outcome): string | null {
  if (p10 == null || p50 == null || p90 == null) return null;
  return [p10, p50, p90].map((length) => decimal(length, 0)).join(" / ");
}

const named = (value: number | null | undefined, digits: number, what: string) =>
  value == null ? null : `${decimal(value, digits)} ${what}`;

function withDetail(figure: string, detail: string | null) {
  return (
    <>
      {figure}
      {detail !== null && (
        <Text size="xs" c="dimmed">
          {detail}
        </Text>
      )}
    </>
  );
}
