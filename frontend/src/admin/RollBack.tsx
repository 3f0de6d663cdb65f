// Back to the policy before this one, after saying what that does.
import { Button, Text } from "@mantine/core";
import { useState } from "react";

import { usePromote } from "@/api/models";
import type { Overview, Project } from "@/api/types";

import { Question } from "./Question";

type Props = { project: Project; previous: Overview["previous_policy"] };

export function RollBack({ project, previous }: Props) {
  const [asked, setAsked] = useState<Question | null>(null);
  return (
    <>
      {previous && (
        <Button variant="default" onClick={() => setAsked({ to: previous, from: project.policy.number })}>
          Roll back to model {previous.number}
        </Button>
      )}
      {asked && <Asking projectId={project.id} question={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

/** What was asked when the dialog was opened: the policy may change while it is read. */
type Question = { to: NonNullable<Props["previous"]>; from: number };
type AskingProps = { projectId: string; question: Question; onClose: () => void };

function Asking({ projectId, question: { to, from }, onClose }: AskingProps) {
  const promote = usePromote(projectId);
  return (
    <Question
      title={`Roll back to model ${to.number}?`}
      act="Roll back"
      keep="Leave it"
      isPending={promote.isPending}
      error={promote.error}
      onAct={() => promote.mutate(to.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        {`Model ${to.number} samples the next rounds in the place of model ${from}. `}
        Nothing is deleted: pairs that are open stay open, labels stay, and model {from} can be promoted again.
      </Text>
    </Question>
  );
}
