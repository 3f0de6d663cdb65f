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
      title: "At equal length",
      cell: (row) => percent(of(row).length_controlled_win_rate),
      number: true,
      hint: "The win-rate expected where both answers have one length",
    },
    {
      title: "KL, nats",
      cell: (row) => decimal(of(row).kl),
      number: true,
      hint: "From the baseline to the model, per answer",
    },
    {
      title: "Per token",
      cell: (row) => decimal(of(row).kl_per_token, 3),
      number: true,
      hint: "KL by tokens, in nats",
    },
    { title: "Length", cell: (row) => decimal(of(row).mean_length, 1), number: true, hint: "Mean tokens of an answer" },
    {
      title: "10 / 50 / 90 %",
      cell: (row) => percentiles(of(row)),
      number: true,
      hint: "Tokens that the shortest 10, 50 and 90 % of the answers stay within",
    },
  ];
}

function withInterval({ win_rate: rate, win_rate_low: low, win_rate_high: high }: Outcome): string {
  if (low == null || high == null) return percent(rate);
  return `${percent(rate)} (${decimal(low * 100, 1)} to ${decimal(high * 100, 1)})`;
}

function percentiles({ length_p10: p10, length_p50: p50, length_p90: p90 }: Outcome): string {
  if (p10 == null || p50 == null || p90 == null) return "–";
  return [p10, p50, p90].map((length) => decimal(length, 0)).join(" / ");
}
