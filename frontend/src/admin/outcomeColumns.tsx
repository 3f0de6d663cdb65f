// The columns of what an evaluation measured, shared by the tables that show it.
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
      cell: (row) => withInterval(of(row)),
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
      cell: (row) => withDetail(decimal(of(row).kl), of(row).kl_per_token, (value) => decimal(value, 3)),
      number: true,
      hint: "From the baseline to the model: per answer (per token)",
    },
    {
      title: "Perplexity",
      cell: (row) => withDetail(decimal(of(row).perplexity), of(row).baseline_perplexity, (value) => decimal(value)),
      number: true,
      hint: "Of the eval prompts' own text, per token, lower is better (the baseline's)",
    },
    {
      title: "Length",
      cell: (row) => withPercentiles(of(row)),
      number: true,
      hint: "Mean tokens of an answer (and its 10, 50 and 90 % percentiles)",
    },
  ];
}

function withInterval({ win_rate: rate, win_rate_low: low, win_rate_high: high }: Outcome): string {
  if (low == null || high == null) return percent(rate);
  return `${percent(rate)} (${decimal(low * 100, 1)} to ${decimal(high * 100, 1)})`;
}

function withPercentiles({ mean_length, length_p10: p10, length_p50: p50, length_p90: p90 }: Outcome): string {
  const mean = decimal(mean_length, 1);
  if (p10 == null || p50 == null || p90 == null) return mean;
  return `${mean} (${[p10, p50, p90].map((length) => decimal(length, 0)).join(" / ")})`;
}

const withDetail = (text: string, detail: number | null | undefined, write: (value: number) => string) =>
  detail == null ? text : `${text} (${write(detail)})`;
