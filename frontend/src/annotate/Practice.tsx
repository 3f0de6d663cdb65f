// The practice set: pairs whose right answer is known. Each is answered with the same keys, and then explained.
import { Alert, Button, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useState } from "react";

import { answerPractice, practiceQuery } from "@/api/annotate";
import { ApiError } from "@/api/problem";
import type { PracticeResult, PracticeTask } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";
import { Markdown } from "@/ui/Markdown";
import { useFocusBack } from "@/ui/useFocusBack";

import classes from "./AnnotatePage.module.css";
import { GuidelineDrawer } from "./GuidelineDrawer";
import { Hint } from "./Hint";
import { type Action, useKeys } from "./keys";
import { Middle } from "./Middle";
import { PairView } from "./PairView";
import { useView } from "./useView";
import { Verdicts } from "./VerdictBar";
import { ViewMenu } from "./ViewMenu";
import { wordOf } from "./words";

type Props = { projectId: string; tasks: PracticeTask[]; onLeave: () => void };

export function Practice({ projectId, tasks: given, onLeave }: Props) {
  const [tasks, setTasks] = useState(given);
  const [results, setResults] = useState<PracticeResult[]>([]);
  const [at, setAt] = useState(0);
  const [guideline, setGuideline] = useState(false);
  useFocusBack(guideline);
  const view = useView();
  const { refetch } = useQuery({ ...practiceQuery(projectId), enabled: false });
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ id, action }: { id: string; action: Extract<Action, object> }) =>
      answerPractice(id, { verdict: action.verdict, winner: "winner" in action ? action.winner : null }),
    onSuccess: (result) => {
      setResults((before) => [...before, result]);
      void refetch();
    },
    onError: async (error) => {
      if (!isRemoved(error)) return;
      const { data: set = [] } = await refetch();
      setTasks(withoutRemoved(tasks, at, set));
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
  const note = isRemoved(error) && (
    <Text role="status" size="sm" ta="center" mb="xs">
      An admin has removed that practice pair.
    </Text>
  );
  if (!task) return <Finished results={results} note={note} onLeave={onLeave} />;
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
          <Hint label="Guideline" keys="G" opens onClick={() => setGuideline(true)} />
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
        {note || <ErrorNote error={error} title="The answer was not taken" />}
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

const isRemoved = (error: Error | null) => error instanceof ApiError && error.status === 404;

/** What was done stays; what comes after is what the set holds now, less the pair at `at`, which is gone. */
function withoutRemoved(tasks: PracticeTask[], at: number, set: PracticeTask[]): PracticeTask[] {
  const done = tasks.slice(0, at);
  const passed = new Set(tasks.slice(0, at + 1).map(({ id }) => id));
  const later = new Set(tasks.slice(at + 1).map(({ id }) => id));
  return [...done, ...set.filter(({ id, is_answered }) => !passed.has(id) && (later.has(id) || !is_answered))];
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

type FinishedProps = { results: PracticeResult[]; note: ReactNode; onLeave: () => void };

function Finished({ results, note, onLeave }: FinishedProps) {
  const right = results.filter(({ is_right }) => is_right).length;
  return (
    <Middle>
      <Title order={1}>Practice is done</Title>
      {note}
      {results.length > 0 && (
        <Text>
          {right} of {results.length} as explained. You find the practice set again beside the guideline.
        </Text>
      )}
      <Button onClick={onLeave} autoFocus>
        Start labelling
      </Button>
    </Middle>
  );
}
