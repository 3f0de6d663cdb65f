// Labels and the audit log: lists that are filtered, sorted and paged by the service.
import { queryOptions } from "@tanstack/react-query";

import { api } from "./client";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { AuditFilter, LabelFilter } from "./types";

export const labelsQuery = (project_id: string, filter: LabelFilter) =>
  pagedQuery(["labels", project_id, filter], (cursor) =>
    answer(
      api.GET("/api/v1/projects/{project_id}/labels", {
        params: { path: { project_id }, query: { ...filter, cursor } },
      }),
    ),
  );

export const labelQuery = (label_id: string) =>
  queryOptions({
    queryKey: ["label", label_id],
    queryFn: () => answer(api.GET("/api/v1/labels/{label_id}", { params: { path: { label_id } } })),
  });

/** Of one project, or of the whole installation. */
export const auditQuery = (project_id: string | null, filter: AuditFilter) =>
  pagedQuery(["audit", project_id, filter], (cursor) => {
    const query = { ...filter, cursor };
    return project_id === null
      ? answer(api.GET("/api/v1/audit", { params: { query } }))
      : answer(api.GET("/api/v1/projects/{project_id}/audit", { params: { path: { project_id }, query } }));
  });
