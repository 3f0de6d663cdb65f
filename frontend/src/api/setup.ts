// The set-up of a project: a model's files looked at before there is one, and the sandbox that comes along.
import { queryOptions } from "@tanstack/react-query";

import { api } from "./client";
import { answer } from "./problem";

/** What the files of a model say; an error that says what is wrong with them. */
export const lookQuery = (model: string, kind: "reference" | "judge") =>
  queryOptions({
    queryKey: ["look", kind, model],
    queryFn: () => answer(api.POST("/api/v1/models/look", { body: { model, kind } })),
    enabled: model.trim() !== "",
    staleTime: 5000,
    retry: false,
  });

/** The sandbox model with its settings; null in an installation without it. */
export const sandboxQuery = queryOptions({
  queryKey: ["sandbox"],
  queryFn: () => answer(api.GET("/api/v1/sandbox")),
  staleTime: Infinity,
  retry: false,
});

export const fetchSandboxPrompts = () => answer<Blob>(api.GET("/api/v1/sandbox/prompts", { parseAs: "blob" }));
