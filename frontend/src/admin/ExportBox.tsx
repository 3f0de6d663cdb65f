// Labels as a file, in the form that trainers read.
import { Button, Checkbox, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ApiError } from "@/api/problem";
import { exportCheckQuery } from "@/api/projects";
import type { ExportStyle } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";

const STYLES: { value: ExportStyle; label: string }[] = [
  { value: "auto", label: "As the prompts are" },
  { value: "conversational", label: "Conversational rows" },
  { value: "standard", label: "Plain text rows" },
];

export function ExportBox({ projectId }: { projectId: string }) {
  const [style, setStyle] = useState<ExportStyle>("auto");
  const { error } = useQuery(exportCheckQuery(projectId, style));
  const [provenance, setProvenance] = useState(false);
  const href = (format: string) =>
    `/api/v1/projects/${projectId}/export?${new URLSearchParams({ format, style, provenance: String(provenance) }).toString()}`;
  return (
    <Stack component="section" gap="sm">
      <Title order={2}>Export</Title>
      <Text size="sm" c="dimmed">
        One row per preference: prompt, chosen, rejected. Ties and both-bad never become a preference.
      </Text>
      <Group align="end">
        <Select
          label="Rows"
          data={STYLES}
          value={style}
          allowDeselect={false}
          onChange={(value) => setStyle(value as ExportStyle)}
        />
        <Checkbox
          label="With provenance (pair, verdict, annotator, scores …)"
          checked={provenance}
          onChange={(event) => setProvenance(event.currentTarget.checked)}
          mb={8}
        />
      </Group>
      {error instanceof ApiError && error.status === 422 ? (
        <ErrorNote error={error} title="These rows cannot be exported" />
      ) : (
        <Group>
          <Button component="a" href={href("jsonl")} download variant="default">
            Download JSONL
          </Button>
          <Button component="a" href={href("csv")} download variant="default">
            Download CSV
          </Button>
        </Group>
      )}
    </Stack>
  );
}
