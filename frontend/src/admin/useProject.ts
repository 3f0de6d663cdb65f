// The project that the address names.
import { useSuspenseQuery } from "@tanstack/react-query";

import { projectQuery } from "@/api/projects";
import type { Project } from "@/api/types";
import { useParam } from "@/ui/address";

export function useProject(): Project {
  return useSuspenseQuery(projectQuery(useParam("projectId"))).data;
}
