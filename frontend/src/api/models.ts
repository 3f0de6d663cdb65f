// Model versions: list, promote, check again.
import { useMutation } from "@tanstack/react-query";

import { api, queryClient } from "./client";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import { projectQuery } from "./projects";
import type { Model } from "./types";

const path = (version_id: string) => ({ path: { version_id } });

export const modelsQuery = (project_id: string) => ({
  ...pagedQuery(["models", project_id], (cursor) =>
    answer(
      api.GET("/api/v1/projects/{project_id}/models", {
        params: { path: { project_id }, query: { cursor: cursor ?? null } },
      }),
    ),
  ),
  refetchInterval: 5000,
});

/** The address that a browser downloads the model's folder from, as one .tar file. */
export const downloadUrl = (model: Model) => `/api/v1/models/${model.id}/download`;

export function usePromote(project_id: string) {
  return useMutation({
    mutationFn: (id: string) => answer(api.POST("/api/v1/models/{version_id}/promote", { params: path(id) })),
    onSuccess: (project) => {
      queryClient.setQueryData(projectQuery(project_id).queryKey, project);
      return queryClient.invalidateQueries({ queryKey: ["overview", project_id] });
    },
  });
}

export function useCheckModel(project_id: string) {
  return useMutation({
    mutationFn: ({ id, model = null }: { id: string; model?: string | null }) =>
      answer(api.POST("/api/v1/models/{version_id}/check", { params: path(id), body: { model } })),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["project", project_id] });
      await queryClient.invalidateQueries({ queryKey: ["models", project_id] });
    },
  });
}
