// Starts a round; the form begins with the project's defaults.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { overviewQuery } from "@/api/projects";
import { rulesQuery, useStartRound } from "@/api/rounds";
import type { Project, RoundConfig, RuleDefaults } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { count } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { ConfigForm } from "./ConfigForm";
import { MAIN_ROUND_FIELDS, MORE_ROUND_FIELDS } from "./roundFields";
import { roundSize } from "./roundSize";
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
  const unused = useQuery(overviewQuery(project.id)).data?.unused_prompts;
  return (
    <ConfigForm
      initial={project.round}
      main={(config) =>
        MAIN_ROUND_FIELDS.map((field) => (field.name === "labels" ? { ...field, ...sizeHint(config, unused) } : field))
      }
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

/** What the number of pairs means, where there are too few prompts for it. */
function sizeHint(config: RoundConfig, unused: number | undefined): { hint?: string } {
  if (unused === undefined) return {};
  const { control, active } = roundSize(config, unused);
  if (control + active >= config.labels) return {};
  return {
    hint: `${count(unused)} unused prompts are left: at most ${count(active)} pairs that the rule chooses, and ${count(control)} control pairs`,
  };
}
