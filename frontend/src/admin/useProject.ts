// The project that the address names.
import { useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "react-router";

import { projectQuery } from "@/api/projects";
import type { Project } from "@/api/types";

export function useProject(): Project {
  const { projectId = "" } = useParams();
  return useSuspenseQuery(projectQuery(projectId)).data;
}
