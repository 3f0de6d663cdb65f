// Starts a round; the form begins with the project's defaults.
import { useNavigate } from "@tanstack/react-router";

import { useStartRound } from "@/api/rounds";
import { ErrorNote } from "@/ui/ErrorNote";
import { Page } from "@/ui/Page";

import { ConfigForm } from "./ConfigForm";
import { MAIN_ROUND_FIELDS, MORE_ROUND_FIELDS } from "./roundFields";
import { useProject } from "./useProject";
import { useRuleChange } from "./useRuleChange";

export function NewRoundPage() {
  const project = useProject();
  const start = useStartRound(project.id);
  const navigate = useNavigate();
  const follow = useRuleChange();
  return (
    <Page title="Start a round" size={1000}>
      <ConfigForm
        initial={project.round}
        main={MAIN_ROUND_FIELDS}
        more={MORE_ROUND_FIELDS}
        follow={follow}
        submit="Start the round"
        isPending={start.isPending}
        onSubmit={(config) =>
          start.mutate(config, { onSuccess: ({ id }) => navigate({ to: `/projects/${project.id}/rounds/${id}` }) })
        }
      >
        <ErrorNote error={start.error} title="The round was not started" />
      </ConfigForm>
    </Page>
  );
}
