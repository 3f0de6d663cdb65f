// Who changed what in the project, and when.
import { Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { keysQuery, usersQuery } from "@/api/people";
import { auditQuery } from "@/api/projects";
import type { AuditEvent } from "@/api/types";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { ResultOf } from "@/ui/ResultOf";

import { type Column, DataTable } from "./DataTable";

export function AuditTable({ projectId }: { projectId: string }) {
  const events = useInfiniteQuery(auditQuery(projectId));
  const users = useInfiniteQuery(usersQuery).data ?? [];
  const keys = useInfiniteQuery(keysQuery).data ?? [];
  const nameOf = ({ user_id, api_key_id }: AuditEvent) =>
    users.find(({ id }) => id === user_id)?.username ?? keys.find(({ id }) => id === api_key_id)?.name ?? "the service";
  const columns: Column<AuditEvent>[] = [
    { title: "When", cell: ({ created_at }) => time(created_at) },
    { title: "Who", cell: nameOf },
    { title: "What", cell: ({ action }) => action },
    {
      title: "Details",
      wrap: true,
      cell: ({ details }) => (
        <Text size="sm" lineClamp={2} maw={420} style={{ overflowWrap: "anywhere" }}>
          {Object.keys(details).length > 0 ? JSON.stringify(details) : "–"}
        </Text>
      ),
    },
  ];
  return (
    <Stack>
      <ResultOf query={events}>
        {(rows) => (
          <DataTable
            label="Audit log"
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            nothing="No changes yet."
          />
        )}
      </ResultOf>
      <MoreButton {...events} />
    </Stack>
  );
}
