// Every change of the installation: projects, people and keys.
import { Page } from "@/ui/Page";

import { AuditTable } from "./AuditTable";

export function AuditPage() {
  return (
    <Page title="Audit log" lead="Who changed what, newest first. Nothing is ever removed from it.">
      <AuditTable projectId={null} />
    </Page>
  );
}
