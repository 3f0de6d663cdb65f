// Prompts from a file that is dropped or chosen, or pasted; what the service refused is shown line by line.
import { Alert, Button, FileButton, Group, List, Paper, Select, Stack, Text, Textarea, Title } from "@mantine/core";
import { useState, type DragEvent } from "react";

import { useImportPrompts } from "@/api/projects";
import type { ImportReport } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { count } from "@/ui/numbers";

type Format = "jsonl" | "csv";
type Split = "as given" | "train" | "eval";

export function ImportBox({ projectId }: { projectId: string }) {
  const importing = useImportPrompts(projectId);
  const [pasted, setPasted] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [isOver, setIsOver] = useState(false);
  const [format, setFormat] = useState<Format>("jsonl");
  const [onError, setOnError] = useState<"abort" | "skip">("abort");
  const [split, setSplit] = useState<Split>("as given");

  const choose = (chosen: File | null) => {
    if (!chosen) return;
    setFile(chosen);
    setFormat(chosen.name.toLowerCase().endsWith(".csv") ? "csv" : "jsonl");
    importing.reset();
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    choose(event.dataTransfer.files[0] ?? null);
  };
  const start = () => {
    const body = file ?? new Blob([pasted]);
    importing.mutate(
      { file: body, format, onError, split: split === "as given" ? null : split },
      {
        onSuccess: () => {
          setFile(null);
          setPasted("");
        },
      },
    );
  };
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label="Import prompts"
      bg={isOver ? "var(--mantine-primary-color-light)" : "var(--tb-surface)"}
      onDragOver={(event: DragEvent) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <Stack gap="sm">
        <Title order={2}>Import</Title>
        <Text size="sm" c="dimmed">
          Drop a file here, choose one, or paste rows. JSONL rows: {`{"prompt": "text"}`} or{" "}
          {`{"prompt": [{"role": "user", "content": "text"}]}`}, with optional id and split. CSV: a column named prompt.
          Rows with two completions open pairs to label; rows with chosen and rejected bring labels along.
        </Text>
        <Group>
          <FileButton accept=".jsonl,.json,.ndjson,.csv" onChange={choose}>
            {(props) => (
              <Button variant="default" {...props}>
                Choose a file
              </Button>
            )}
          </FileButton>
          {file && (
            <>
              <Text size="sm">
                {file.name}, {count(Math.ceil(file.size / 1024))} kB
              </Text>
              <Button variant="subtle" size="compact-sm" onClick={() => setFile(null)}>
                Not this one
              </Button>
            </>
          )}
        </Group>
        {!file && (
          <Textarea
            label="Or paste rows"
            autosize
            minRows={3}
            maxRows={12}
            value={pasted}
            onChange={(event) => setPasted(event.currentTarget.value)}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          />
        )}
        <Group align="end">
          <Select
            label="Format"
            w={120}
            allowDeselect={false}
            data={[
              { value: "jsonl", label: "JSONL" },
              { value: "csv", label: "CSV" },
            ]}
            value={format}
            onChange={(value) => setFormat(value as Format)}
          />
          <Select
            label="Split"
            w={180}
            allowDeselect={false}
            data={[
              { value: "as given", label: "As the rows say" },
              { value: "train", label: "All to train" },
              { value: "eval", label: "All to eval" },
            ]}
            value={split}
            onChange={(value) => setSplit(value as Split)}
          />
          <Select
            label="Bad rows"
            w={230}
            allowDeselect={false}
            data={[
              { value: "abort", label: "Store nothing if one is bad" },
              { value: "skip", label: "Skip them, store the rest" },
            ]}
            value={onError}
            onChange={(value) => setOnError(value as "abort" | "skip")}
          />
          <Button onClick={start} loading={importing.isPending} disabled={!file && pasted.trim() === ""}>
            Import
          </Button>
        </Group>
        <ErrorNote error={importing.error} title="Nothing was imported" />
        {importing.data && <Report report={importing.data} />}
      </Stack>
    </Paper>
  );
}

function Report({ report }: { report: ImportReport }) {
  const { prompts, duplicates, pairs, labels, refused, errors } = report;
  const parts = [
    `${count(prompts)} new prompts`,
    duplicates > 0 && `${count(duplicates)} duplicates`,
    pairs > 0 && `${count(pairs)} pairs opened`,
    labels > 0 && `${count(labels)} labels taken over`,
    `${count(refused)} rows refused`,
  ];
  return (
    <Alert variant="light" color={refused > 0 ? "yellow" : "pine"} title="Imported" role="status">
      {parts.filter(Boolean).join(", ")}.
      {errors.length > 0 && (
        <List size="sm" mt="xs">
          {errors.map(({ line, field, message }, index) => (
            <List.Item key={index}>
              {line != null && `line ${line}, `}
              {field && `${field}: `}
              {message}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
