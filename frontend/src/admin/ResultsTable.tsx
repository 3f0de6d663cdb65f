// What each round gained: labels, how well the model foresaw them, and the model's win-rate against the reference.
import { Anchor } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { modelsQuery } from "@/api/models";
import type { RoundResult } from "@/api/types";
import { count, percent } from "@/ui/numbers";

import { type Column, DataTable } from "./DataTable";
import { outcomeColumns } from "./outcomeColumns";
import { ruleName } from "./roundFields";
import { useWhole } from "./useWhole";

export function ResultsTable({ results, projectId }: { results: RoundResult[]; projectId: string }) {
  const models = useWhole(useInfiniteQuery({ ...modelsQuery(projectId), refetchInterval: false }));
  const numberOf = (id: string | null) => models.find((model) => model.id === id)?.number;
  const columns: Column<RoundResult>[] = [
    { title: "Round", cell: ({ round }) => round, number: true },
    { title: "Rule", cell: ({ rule_used }) => (rule_used ? ruleName(rule_used) : "–") },
    { title: "Preferences", cell: ({ labels }) => count(labels), number: true, hint: "Up to and with this round" },
    {
      title: "Acc. control",
      cell: ({ accuracy_control, labels_control }) => withCount(accuracy_control, labels_control),
      number: true,
      hint: "Share of the control arm's labels that the implicit reward foresaw",
    },
    {
      title: "Acc. active",
      cell: ({ accuracy_active, labels_active }) => withCount(accuracy_active, labels_active),
      number: true,
      hint: "The same on the pairs that the rule chose",
    },
    {
      title: "Model",
      cell: ({ model_version_id }) =>
        model_version_id === null ? (
          "–"
        ) : (
          <Anchor component={Link} to={`/projects/${projectId}/models`} inherit>
            {numberOf(model_version_id) ?? "…"}
          </Anchor>
        ),
      number: true,
    },
    ...outcomeColumns<RoundResult>((row) => row),
  ];
  return (
    <DataTable
      label="Results by round"
      columns={columns}
      rows={results}
      rowKey={({ round }) => String(round)}
      nothing="Results appear here once the first round has run."
    />
  );
}

const withCount = (accuracy: number | null, labels: number) => `${percent(accuracy, 0)} (${count(labels)})`;
