// All labels of the project, newest first.
import { useInfiniteQuery } from "@tanstack/react-query";

import { labelsQuery } from "@/api/projects";
import type { AdminLabel } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { decimal, time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { type Column, DataTable } from "./DataTable";
import { useProject } from "./useProject";

const columns: Column<AdminLabel>[] = [
  { title: "When", cell: ({ created_at }) => time(created_at) },
  { title: "By", cell: ({ author }) => author },
  { title: "Verdict", cell: verdictOf },
  { title: "Round", cell: ({ round_number }) => round_number ?? "–", number: true },
  { title: "Arm", cell: ({ arm }) => arm },
  {
    title: "Seconds",
    cell: ({ time_on_task_ms: ms }) => decimal(ms === null ? null : ms / 1000, 1),
    number: true,
    hint: "Time on task",
  },
  { title: "Counts", cell: ({ disposition }) => disposition },
  {
    title: "Remark",
    wrap: true,
    cell: ({ comment, skip_reason }) => [skip_reason, comment].filter(Boolean).join(" · ") || "–",
  },
];

function verdictOf({ verdict, winner, strength }: AdminLabel): string {
  if (verdict === null) return "undo";
  if (verdict !== "preferred") return verdict.replace("_", " ");
  return `${winner ?? ""} ${strength === 2 ? "much better" : "better"}`;
}

export function LabelsPage() {
  const project = useProject();
  const labels = useInfiniteQuery(labelsQuery(project.id));
  return (
    <Page title="Labels">
      <ResultOf query={labels}>
        {(rows) => (
          <DataTable label="Labels" columns={columns} rows={rows} rowKey={({ id }) => id} nothing="No labels yet." />
        )}
      </ResultOf>
      <MoreButton {...labels} />
    </Page>
  );
}
