// Prompts: the list, one prompt's split and place in the pool, and imports with their preview and progress.
import { queryOptions, useMutation } from "@tanstack/react-query";

import { api, queryClient, withDefaults } from "./client";
import { pagedQuery } from "./pages";
import { answer } from "./problem";
import type { Prompt, PromptFilter } from "./types";

const path = (project_id: string) => ({ path: { project_id } });
const refresh = async (project_id: string) => {
  await queryClient.invalidateQueries({ queryKey: ["prompts", project_id] });
  await queryClient.invalidateQueries({ queryKey: ["overview", project_id] });
};

export const promptsQuery = (id: string, filter: PromptFilter) =>
  pagedQuery(["prompts", id, filter], (cursor) =>
    answer(api.GET("/api/v1/projects/{project_id}/prompts", { params: { ...path(id), query: { ...filter, cursor } } })),
  );

export function useUpdatePrompt(project_id: string) {
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; split?: Prompt["split"]; is_withdrawn?: boolean }) =>
      answer(
        api.PATCH("/api/v1/prompts/{prompt_id}", { params: { path: { prompt_id: id } }, body: withDefaults(body) }),
      ),
    onSuccess: () => refresh(project_id),
  });
}

export type FileOfPrompts = { file: Blob; format: "jsonl" | "csv"; split: Prompt["split"] | null };

/** Browsers hand out no file that was changed after it was chosen, and call that a failure of the network. */
async function checkUnchanged(file: Blob): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new Error("The file has changed on disk since it was chosen, or is gone. Choose it again.", { cause });
  }
}

const upload = (file: Blob) => ({
  headers: { "Content-Type": "application/octet-stream" },
  body: file as never,
  bodySerializer: () => file,
});

export function usePreviewPrompts(id: string) {
  return useMutation({
    mutationFn: async ({ file, ...query }: FileOfPrompts) => {
      await checkUnchanged(file);
      return answer(
        api.POST("/api/v1/projects/{project_id}/prompts/import/preview", {
          params: { ...path(id), query },
          ...upload(file),
        }),
      );
    },
  });
}

export function useImportPrompts(id: string) {
  return useMutation({
    mutationFn: async ({ file, ...query }: FileOfPrompts & { on_error: "abort" | "skip" }) => {
      await checkUnchanged(file);
      return answer(
        api.POST("/api/v1/projects/{project_id}/prompts/import", { params: { ...path(id), query }, ...upload(file) }),
      );
    },
    onSuccess: () => refresh(id),
  });
}

/** How far the service is with a file; asked for while one is under way. */
export const importProgressQuery = (id: string, isRunning: boolean) =>
  queryOptions({
    queryKey: ["import", id],
    queryFn: () => answer(api.GET("/api/v1/projects/{project_id}/prompts/import", { params: path(id) })),
    enabled: isRunning,
    refetchInterval: 700,
    gcTime: 0,
  });
