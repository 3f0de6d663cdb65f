// What a file would bring: rows as they were understood, what is refused and why, and the choice that is left.
import { Alert, Badge, Button, Group, Stack, Text } from "@mantine/core";

import type { ImportPreview, ImportReport } from "@/api/types";
import { count, many } from "@/ui/numbers";
import { promptLine } from "@/ui/Prompt";

import { type Column, DataTable } from "./DataTable";

type Sample = ImportPreview["samples"][number];
type Refusal = ImportReport["errors"][number];
type Props = {
  preview: ImportPreview;
  isPending: boolean;
  onImport: (onError: "abort" | "skip") => void;
  onCancel: () => void;
};

export function Preview({ preview, isPending, onImport, onCancel }: Props) {
  const { rows, report, samples } = preview;
  const isNothing = report.prompts + report.pairs + report.labels === 0;
  return (
    <Stack gap="sm" aria-live="polite">
      <Text>
        <b>{many(rows, "row")}.</b> {inWords(report)}. Nothing is stored yet.
      </Text>
      {report.refused > 0 && <Refusals report={report} />}
      {samples.length > 0 && (
        <DataTable
          label="The first rows"
          columns={SAMPLES}
          rows={samples}
          rowKey={({ line }) => String(line)}
          nothing=""
        />
      )}
      <Group>
        {isNothing ? (
          <Text size="sm">There is nothing new to import.</Text>
        ) : (
          <Button loading={isPending} onClick={() => onImport(report.refused > 0 ? "skip" : "abort")}>
            {report.refused > 0 ? `Skip the ${count(report.refused)}, import the rest` : `Import ${nameOf(report)}`}
          </Button>
        )}
        <Button variant="default" disabled={isPending} onClick={onCancel}>
          {isNothing || report.refused > 0 ? "Back, to mend the rows" : "Cancel"}
        </Button>
      </Group>
    </Stack>
  );
}

export function Imported({ report }: { report: ImportReport }) {
  return (
    <Alert variant="light" color={report.refused > 0 ? "yellow" : "pine"} title="Imported" role="status">
      {inWords(report)}.
    </Alert>
  );
}

function inWords({ prompts, duplicates, pairs, labels, refused }: ImportReport): string {
  const parts = [
    many(prompts, "new prompt"),
    duplicates > 0 && many(duplicates, "duplicate"),
    pairs > 0 && `${many(pairs, "pair")} to label`,
    labels > 0 && `${many(labels, "label")} taken over`,
    `${many(refused, "row")} refused`,
  ];
  return parts.filter(Boolean).join(", ");
}

const nameOf = ({ prompts, pairs, labels }: ImportReport) =>
  prompts > 0 ? many(prompts, "prompt") : pairs > 0 ? many(pairs, "pair") : many(labels, "label");

const SAMPLES: Column<Sample>[] = [
  { title: "Line", cell: ({ line }) => count(line), number: true },
  {
    title: "Prompt, as it was understood",
    wrap: true,
    cell: ({ content }) => (
      <Text size="sm" lineClamp={2} dir="auto">
        {typeof content !== "string" && (
          <Badge variant="default" tt="none" fw={500} mr={6}>
            {count(content.length)} {content.length === 1 ? "message" : "messages"}
          </Badge>
        )}
        {promptLine(content).slice(0, 300)}
      </Text>
    ),
  },
  { title: "Id", cell: ({ external_id }) => external_id ?? "–" },
  { title: "Split", cell: ({ split }) => split },
  {
    title: "Brings",
    cell: ({ completions, is_labelled, is_duplicate }) =>
      [
        is_duplicate && "a known prompt",
        is_labelled ? "a label" : completions > 0 && `${count(completions)} completions`,
      ]
        .filter(Boolean)
        .join(", ") || "a new prompt",
  },
];

function Refusals({ report: { errors, refused } }: { report: ImportReport }) {
  const columns: Column<Refusal>[] = [
    { title: "Line", cell: ({ line }) => count(line), number: true },
    { title: "Field", cell: ({ field }) => field ?? "–" },
    { title: "Why it is refused", wrap: true, cell: ({ message }) => message },
  ];
  return (
    <Alert variant="light" color="yellow" title={`${many(refused, "row")} cannot be used`} role="alert">
      <Stack gap="xs">
        {refused > errors.length && <Text size="sm">The first {count(errors.length)} of them:</Text>}
        <DataTable
          label="Refused rows"
          columns={columns}
          rows={errors}
          rowKey={(_, index) => String(index)}
          nothing=""
        />
      </Stack>
    </Alert>
  );
}
