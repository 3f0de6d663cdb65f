// Projects, where their loop stands, and its results.
import { queryOptions, useMutation } from "@tanstack/react-query";

import { api, queryClient, withDefaults } from "./client";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { components } from "./schema";
import type { ProjectCreate, ProjectUpdate, ExportStyle } from "./types";

const POLL_MS = 4000;

const path = (project_id: string) => ({ path: { project_id } });

export const PROJECTS_PAGE = 50;

/** Newest first; `search` is part of the name. */
export const projectsQuery = (search: string | undefined) =>
  pagedQuery(["projects", search], (cursor) =>
    answer(
      api.GET("/api/v1/projects", {
        params: { query: { search: search ?? null, cursor: cursor ?? null, limit: PROJECTS_PAGE } },
      }),
    ),
  );

export const projectQuery = (id: string) =>
  queryOptions({
    queryKey: ["project", id],
    queryFn: () => answer(api.GET("/api/v1/projects/{project_id}", { params: path(id) })),
    // The reference is checked by a worker after the project was made; the policy may be promoted by a run.
    refetchInterval: ({ state }) => (state.data?.reference.status === "checking" ? 1500 : POLL_MS * 2),
  });

export const overviewQuery = (id: string) =>
  queryOptions({
    queryKey: ["overview", id],
    queryFn: () => answer(api.GET("/api/v1/projects/{project_id}/overview", { params: path(id) })),
    refetchInterval: POLL_MS,
  });

export const gainQuery = (id: string) =>
  queryOptions({
    queryKey: ["gain", id],
    queryFn: () => answer(api.GET("/api/v1/projects/{project_id}/gain", { params: path(id) })),
    refetchInterval: POLL_MS * 3,
  });

export const resultsQuery = (id: string) =>
  queryOptions({
    queryKey: ["results", id],
    queryFn: () => answer(api.GET("/api/v1/projects/{project_id}/results", { params: path(id) })),
    refetchInterval: POLL_MS * 3,
  });

export function useCreateProject() {
  return useMutation({
    mutationFn: (body: Partial<ProjectCreate>) =>
      answer(api.POST("/api/v1/projects", { body: withDefaults<ProjectCreate>(body) })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["projects"] }),
  });
}

export function useUpdateProject(id: string) {
  return useMutation({
    mutationFn: (changes: ProjectUpdate) => {
      const body = changes as components["schemas"]["ProjectUpdate"];
      return answer(api.PATCH("/api/v1/projects/{project_id}", { params: path(id), body }));
    },
    onSuccess: (project) => {
      queryClient.setQueryData(projectQuery(id).queryKey, project);
      return queryClient.invalidateQueries({ queryKey: ["projects"] });
    },
  });
}

/** Whether the service would export rows of this style; its error says why not. */
export const exportCheckQuery = (project_id: string, style: ExportStyle) =>
  queryOptions({
    queryKey: ["export check", project_id, style],
    queryFn: async ({ signal }) => {
      const params = { path: { project_id }, query: { style } };
      const call = api.GET("/api/v1/projects/{project_id}/export", { params, parseAs: "stream", signal });
      await (await answer(call))?.cancel();
      return true;
    },
    enabled: style !== "auto",
  });
