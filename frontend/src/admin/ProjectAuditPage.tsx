// Every change of one project.
import { Page } from "@/ui/Page";

import { AuditTable } from "./AuditTable";
import { useProject } from "./useProject";

export function ProjectAuditPage() {
  const project = useProject();
  return (
    <Page title="Audit log" lead="Who changed what in this project, newest first.">
      <AuditTable projectId={project.id} />
    </Page>
  );
}
