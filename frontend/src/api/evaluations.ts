// Evaluations: head-to-heads of two model versions.
import { useMutation } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { idempotent } from "./idempotency";
import { pagedQuery } from "./pages";
import { answer } from "./problem";

export const evaluationsQuery = (project_id: string) => ({
  ...pagedQuery(["evaluations", project_id], (cursor) =>
    answer(
      api.GET("/api/v1/projects/{project_id}/evaluations", {
        params: { path: { project_id }, query: { cursor: cursor ?? null } },
      }),
    ),
  ),
  refetchInterval: 3000,
});

export function useStartEvaluation(project_id: string) {
  return useMutation({
    mutationFn: (body: { model_version_id: string; baseline_version_id: string | null }) =>
      answer(
        api.POST("/api/v1/projects/{project_id}/evaluations", {
          params: { path: { project_id }, ...idempotent() },
          body,
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["evaluations", project_id] }),
  });
}
