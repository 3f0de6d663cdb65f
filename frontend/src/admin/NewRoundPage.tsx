// Starts a round; the form begins with the project's defaults.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { rulesQuery, useStartRound } from "@/api/rounds";
import type { Project, RuleDefaults } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { ConfigForm } from "./ConfigForm";
import { MAIN_ROUND_FIELDS, MORE_ROUND_FIELDS } from "./roundFields";
import { useProject } from "./useProject";
import { useRuleChange } from "./useRuleChange";

export function NewRoundPage() {
  const project = useProject();
  const rules = useQuery(rulesQuery);
  return (
    <Page title="Start a round" size={1000}>
      <ResultOf query={rules}>{(defaults) => <RoundForm project={project} rules={defaults} />}</ResultOf>
    </Page>
  );
}

function RoundForm({ project, rules }: { project: Project; rules: RuleDefaults }) {
  const start = useStartRound(project.id);
  const navigate = useNavigate();
  const follow = useRuleChange(rules);
  return (
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
  );
}
