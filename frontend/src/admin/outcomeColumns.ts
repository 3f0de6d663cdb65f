// The columns of what an evaluation measured, shared by the tables that show it.
import { decimal, percent } from "@/ui/numbers";

import type { Column } from "./DataTable";

export type Outcome = {
  win_rate?: number | null;
  win_rate_low?: number | null;
  win_rate_high?: number | null;
  kl?: number | null;
  mean_length?: number | null;
};

export function outcomeColumns<T>(of: (row: T) => Outcome): Column<T>[] {
  return [
    {
      title: "Win-rate (95 %)",
      cell: (row) => withInterval(of(row)),
      number: true,
      hint: "Ties count half; the interval holds the true rate in 95 of 100 evaluations",
    },
    { title: "KL, nats", cell: (row) => decimal(of(row).kl), number: true, hint: "From the baseline to the model" },
    { title: "Length", cell: (row) => decimal(of(row).mean_length, 1), number: true, hint: "Mean tokens of an answer" },
  ];
}

function withInterval({ win_rate: rate, win_rate_low: low, win_rate_high: high }: Outcome): string {
  if (low == null || high == null) return percent(rate);
  return `${percent(rate)} (${decimal(low * 100, 1)} to ${decimal(high * 100, 1)})`;
}
