// The last samplings of a project, newest first: show one, ask it again, forget it.
import { Button, Group, Text } from "@mantine/core";
import type { ComponentProps } from "react";

import { isWaiting, useForget } from "@/api/playground";
import type { SamplingRow } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { Status } from "@/ui/Status";

import { type Column, DataTable } from "./DataTable";

type Props = {
  projectId: string;
  rows: SamplingRow[];
  query: ComponentProps<typeof MoreButton>;
  shown: string;
  nameOf: (version: string) => string;
  onShow: (id: string) => void;
  onAgain: (id: string) => void;
  /** The row that is being asked again. */
  asking: string | undefined;
};

export function PlaygroundHistory({ projectId, rows, query, shown, nameOf, onShow, onAgain, asking }: Props) {
  const forget = useForget(projectId);
  const columns: Column<SamplingRow>[] = [
    {
      title: "Prompt",
      wrap: true,
      cell: ({ prompt }) => (
        <Text size="sm" lineClamp={2}>
          {prompt}
        </Text>
      ),
    },
    { title: "Left", cell: ({ left_version_id }) => nameOf(left_version_id) },
    { title: "Right", cell: ({ right_version_id }) => nameOf(right_version_id) },
    { title: "State", cell: ({ status }) => <Status status={status} /> },
    { title: "Asked", cell: ({ created_at }) => time(created_at), number: true },
    {
      title: "Actions",
      cell: (row) => (
        <Group gap="xs" wrap="nowrap">
          <Button size="compact-sm" variant="default" disabled={row.id === shown} onClick={() => onShow(row.id)}>
            Show
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            title="The same prompt and settings with another seed: other answers"
            loading={row.id === asking}
            onClick={() => onAgain(row.id)}
          >
            Ask again
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => forget.mutate(row.id)}>
            {isWaiting(row) ? "Cancel" : "Delete"}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <>
      <ErrorNote error={forget.error} />
      <DataTable label="Last samplings" columns={columns} rows={rows} rowKey={({ id }) => id} nothing="None yet." />
      <MoreButton {...query} />
    </>
  );
}
