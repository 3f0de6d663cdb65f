// The practice set: pairs whose right answer is known. Each is answered with the same keys, and then explained.
import { Alert, Button, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { answerPractice, practiceQuery } from "@/api/annotate";
import type { PracticeResult, PracticeTask } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { Markdown } from "@/ui/Markdown";

import classes from "./AnnotatePage.module.css";
import { GuidelineDrawer } from "./GuidelineDrawer";
import { Hint } from "./Hint";
import { type Action, useKeys } from "./keys";
import { Middle } from "./Middle";
import { PairView } from "./PairView";
import { useFocusBack } from "./useFocusBack";
import { useView } from "./useView";
import { Verdicts } from "./VerdictBar";
import { ViewMenu } from "./ViewMenu";
import { wordOf } from "./words";

type Props = { projectId: string; tasks: PracticeTask[]; onLeave: () => void };

export function Practice({ projectId, tasks, onLeave }: Props) {
  const [results, setResults] = useState<PracticeResult[]>([]);
  const [at, setAt] = useState(0);
  const [guideline, setGuideline] = useState(false);
  useFocusBack(guideline);
  const view = useView();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ id, action }: { id: string; action: Extract<Action, object> }) =>
      answerPractice(id, { verdict: action.verdict, winner: "winner" in action ? action.winner : null }),
    onSuccess: (result) => {
      setResults((before) => [...before, result]);
      void queryClient.invalidateQueries({ queryKey: practiceQuery(projectId).queryKey });
    },
  });
  const task = tasks[at];
  const result = results[at];
  const isAgain = tasks.every(({ is_answered }) => is_answered); // else the service lends no pair before the end
  const isOpen = task !== undefined && result === undefined && !isPending;
  const act = useCallback(
    (action: Action) => {
      if (action === "guideline") setGuideline(true);
      else if (typeof action === "object" && isOpen) mutate({ id: task.id, action });
    },
    [isOpen, task, mutate],
  );
  useKeys(!guideline, act);
  if (!task) return <Finished results={results} onLeave={onLeave} />;
  return (
    <div className={classes.page}>
      <div className={classes.status}>
        <Text component="h1" m={0} fw={600} size="sm">
          Practice, pair {at + 1} of {tasks.length}
        </Text>
        <Text size="sm" c="dimmed" flex={1}>
          These answers are explained and not counted.
        </Text>
        <div className={classes.marks}>
          <ViewMenu view={view} />
          <Hint label="Guideline" keys="G" onClick={() => setGuideline(true)} />
          {isAgain && (
            <Button variant="default" size="compact-sm" onClick={onLeave}>
              Back to labelling
            </Button>
          )}
        </div>
      </div>
      <div className={classes.work}>
        <PairView key={task.id} task={task} view={view} difference={false} />
      </div>
      <section className={classes.bar} aria-label="Verdict">
        <ErrorNote error={error} title="The answer was not taken" />
        {result ? (
          <Explained result={result} isLast={at + 1 === tasks.length} onNext={() => setAt(at + 1)} />
        ) : (
          <Verdicts judge={act} enabled={isOpen} />
        )}
      </section>
      {guideline && <GuidelineDrawer projectId={projectId} version={0} onClose={() => setGuideline(false)} />}
    </div>
  );
}

type ExplainedProps = { result: PracticeResult; isLast: boolean; onNext: () => void };

function Explained({ result, isLast, onNext }: ExplainedProps) {
  return (
    <div className={classes.answer}>
      <Alert
        className={classes.why}
        role="status"
        color={result.is_right ? "pine" : "yellow"}
        variant="light"
        title={result.is_right ? "Right" : `Not quite: it is “${wordOf(result)}”`}
      >
        <Markdown text={result.explanation} />
      </Alert>
      <Button onClick={onNext} autoFocus>
        {isLast ? "Finish" : "Next pair"}
      </Button>
    </div>
  );
}

function Finished({ results, onLeave }: { results: PracticeResult[]; onLeave: () => void }) {
  const right = results.filter(({ is_right }) => is_right).length;
  return (
    <Middle>
      <Title order={1}>Practice is done</Title>
      <Text>
        {right} of {results.length} as explained. You find the practice set again beside the guideline.
      </Text>
      <Button onClick={onLeave} autoFocus>
        Start labelling
      </Button>
    </Middle>
  );
}
