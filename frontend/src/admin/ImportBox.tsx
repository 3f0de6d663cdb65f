// Prompts from a file that is dropped, chosen or pasted: looked at first, stored when the admin has seen what comes.
import { Anchor, Button, FileButton, Group, Paper, Select, Stack, Text, Textarea, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type DragEvent, type MouseEvent } from "react";

import { type FileOfPrompts, importProgressQuery, useImportPrompts, usePreviewPrompts } from "@/api/prompts";
import { ErrorNote } from "@/ui/ErrorNote";
import { count } from "@/ui/numbers";

import { Imported, Preview } from "./ImportPreview";
import { Work } from "./Work";

type Split = "as given" | "train" | "eval";

export function ImportBox({ projectId }: { projectId: string }) {
  const preview = usePreviewPrompts(projectId);
  const importing = useImportPrompts(projectId);
  const [pasted, setPasted] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [isOver, setIsOver] = useState(false);
  const [format, setFormat] = useState<FileOfPrompts["format"]>("jsonl");
  const [split, setSplit] = useState<Split>("as given");
  const asked: FileOfPrompts = {
    file: file ?? new Blob([pasted]),
    format,
    split: split === "as given" ? null : split,
  };
  const forget = () => {
    preview.reset();
    importing.reset();
  };
  const choose = (chosen: File | null) => {
    if (!chosen) return;
    setFile(chosen);
    setFormat(chosen.name.toLowerCase().endsWith(".csv") ? "csv" : "jsonl");
    forget();
  };
  const store = (on_error: "abort" | "skip") =>
    importing.mutate(
      { ...asked, on_error },
      {
        onSuccess: () => {
          setFile(null);
          setPasted("");
          preview.reset();
        },
      },
    );
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    choose(event.dataTransfer.files[0] ?? null);
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
        <Text size="sm" c="dimmed" maw="75ch">
          Drop a file here, choose one, or paste rows. JSONL rows: {`{"prompt": "text"}`} or{" "}
          {`{"prompt": [{"role": "user", "content": "text"}]}`}, with optional id and split. CSV: a column named prompt.
          Rows with two completions open pairs to label; rows with chosen and rejected bring labels along.
        </Text>
        {preview.data && !importing.data ? (
          <Preview preview={preview.data} isPending={importing.isPending} onImport={store} onCancel={forget} />
        ) : (
          <>
            <Group>
              <FileButton accept=".jsonl,.json,.ndjson,.csv" onChange={choose} inputProps={{ onClick: forgetFile }}>
                {(props) => (
                  <Button variant="default" {...props}>
                    Choose a file
                  </Button>
                )}
              </FileButton>
              {file && (
                <Text size="sm">
                  {file.name}, {count(Math.ceil(file.size / 1024))} kB{" "}
                  <Anchor component="button" size="sm" underline="always" onClick={() => setFile(null)}>
                    Not this one
                  </Anchor>
                </Text>
              )}
            </Group>
            {!file && (
              <Textarea
                label="Or paste rows"
                autosize
                minRows={2}
                maxRows={12}
                value={pasted}
                onChange={(event) => {
                  setPasted(event.currentTarget.value);
                  forget();
                }}
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
                onChange={(value) => setFormat(value as FileOfPrompts["format"])}
              />
              <Select
                label="Split"
                w={180}
                allowDeselect={false}
                data={[
                  { value: "as given", label: "As the rows say" },
                  { value: "train", label: "Train, unless they say" },
                  { value: "eval", label: "Eval, unless they say" },
                ]}
                value={split}
                onChange={(value) => setSplit(value as Split)}
              />
              <Button
                onClick={() => preview.mutate(asked)}
                loading={preview.isPending}
                disabled={!file && pasted.trim() === ""}
              >
                Preview
              </Button>
            </Group>
          </>
        )}
        {(preview.isPending || importing.isPending) && <Reading projectId={projectId} />}
        <ErrorNote error={preview.error} title="The file could not be read" />
        <ErrorNote error={importing.error} title="Nothing was imported" />
        {importing.data && <Imported report={importing.data} />}
      </Stack>
    </Paper>
  );
}

/** Browsers do not tell when the file of before is chosen again, as one does who has mended it. */
function forgetFile({ currentTarget }: MouseEvent<HTMLInputElement>): void {
  currentTarget.value = "";
}

/** The service says how many bytes it has worked through. */
function Reading({ projectId }: { projectId: string }) {
  const { data } = useQuery(importProgressQuery(projectId, true));
  const kilobytes = (bytes: number | null | undefined) => Math.ceil((bytes ?? 0) / 1024);
  return (
    <Work
      label="Reading the file"
      done={kilobytes(data?.done_bytes)}
      total={kilobytes(data?.total_bytes)}
      unit="kB"
      seconds={data?.seconds ?? undefined}
    />
  );
}
