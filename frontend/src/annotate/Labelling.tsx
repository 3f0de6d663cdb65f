// Labelling: the pair on screen, what can be done with it, and what was done before.
import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { CatchBoundary, type ErrorComponentProps } from "@tanstack/react-router";
import { Activity, lazy, Suspense, useCallback, useDeferredValue, useEffect, useState } from "react";

import { isHeavy } from "@/ui/markdownExtras";
import { NotLoaded } from "@/ui/NotLoaded";
import { promptLine } from "@/ui/Prompt";
import { useFocusBack } from "@/ui/useFocusBack";

import classes from "./AnnotatePage.module.css";
import { History } from "./History";
import { keepPages } from "./keepPages";
import { type Action, type Judgement, useKeys } from "./keys";
import { NothingToDo } from "./NothingToDo";
import { Notice } from "./Notice";
import { PairView } from "./PairView";
import type { Judged, Shown } from "./sitting";
import { StatusLine } from "./StatusLine";
import { useComments } from "./useComments";
import { type Refusal, useLeases } from "./useLeases";
import { usePainted } from "./usePainted";
import { useStable } from "./useStable";
import { useTask } from "./useTask";
import { useTimeOnTask } from "./useTimeOnTask";
import { useView } from "./useView";
import { VerdictBar } from "./VerdictBar";

const loadDialogs = () => import("./Dialogs");

export type DialogName = "skip" | "flag" | "comment" | "guideline" | "legend" | "history";

const withoutKeeping = () => undefined;
const LOADED_AFTER_MS = 1000;
const ROOM_FOR_HISTORY = "(min-width: 1280px)";

type Props = {
  projectId: string;
  userId: string;
  /** How many practice pairs there are. */
  practice: number;
  onPractise: () => void;
  /** An admin has added practice, which comes before the next pair; tells whether it is still there. */
  onNewPractice: () => Promise<boolean>;
  areOurs: () => boolean;
};

export function Labelling({ projectId, userId, practice, onPractise, onNewPractice, areOurs }: Props) {
  const comments = useComments(userId, projectId);
  const { claim, task, next, tasks, history, knownHistory, taken, judge, undo, flag, renew } = useTask(
    projectId,
    userId,
    comments.reread,
  );
  // What stands around the pair tells of the last label once the next pair is on screen.
  const told = useDeferredValue(knownHistory);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  useFocusBack(dialog !== null);
  // A part that could not be loaded is asked for anew.
  const [Dialogs, setDialogs] = useState(() => lazy(loadDialogs));
  const NoDialog = useCallback(({ reset }: ErrorComponentProps) => {
    const again = () => {
      setDialogs(() => lazy(loadDialogs));
      reset();
    };
    const close = () => {
      setDialogs(() => lazy(loadDialogs));
      setDialog(null);
    };
    return (
      <Modal opened title="This could not be loaded" onClose={close} transitionProps={{ duration: 0 }}>
        <NotLoaded onAgain={again}>The pair stays on screen, and what you labelled is kept.</NotLoaded>
      </Modal>
    );
  }, []);
  const before = taken !== null && taken.task.pair_id === task?.pair_id ? taken : null;
  const comment = task ? (comments.of(task.pair_id) ?? "") : "";
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [flagged, setFlagged] = useState<string | null>(null);
  const [strong, setStrong] = useState<string | null>(null);
  const [difference, setDifference] = useState(false);
  const view = useView();
  const hasRoom = useMediaQuery(ROOM_FOR_HISTORY, false, { getInitialValueInEffect: false });
  const timeOnTask = useTimeOnTask(task?.pair_id);
  const isPainted = usePainted(task?.pair_id);
  const all = [...tasks, ...(task && !tasks.some(({ lease }) => lease === task.lease) ? [task] : [])];
  // Until its undo has reached the service, the pair has its old lease, which is over.
  const renewable = task?.lease === before?.task.lease ? undefined : task?.lease;
  const onAnswer = useStable((answer: Refusal | null) => {
    setRefusal(answer);
    if (answer) renew();
  });
  useLeases({ shown: renewable, all, renewOthers: renew, onAnswer, areOurs });
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [task?.pair_id]);

  const isStarted = task !== null;
  useEffect(() => {
    if (!isStarted) return;
    // What may be needed without a network is loaded once the first pair is on screen.
    const load = () => Promise.allSettled([loadDialogs(), import("./difference")]).then(keepPages);
    const timer = setTimeout(() => void load().catch(withoutKeeping), LOADED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isStarted]);

  const finish = (shown: Shown, verdict: Judgement | { verdict: "skip"; skip_reason: string | null }) => {
    judge(shown, { ...verdict, comment: comment.trim() || null, time_on_task_ms: timeOnTask() });
    comments.drop(shown.pair_id);
    setStrong(null);
    setDialog(null);
  };
  /** The comment of what is taken back is one that is being written again, and survives a reload as such. */
  const takeBack = useStable((judged: Judged | undefined = history.at(-1)) => {
    // The list of the last labels follows a little later: one that it still shows may have been taken back already.
    if (!judged || !history.includes(judged)) return;
    undo(judged);
    if (judged.verdict.comment) comments.write(judged.task.pair_id, judged.verdict.comment);
    setDialog(null);
  });
  const isStrong = task !== null && strong === task.pair_id;
  const act = useStable((action: Action) => {
    if (action === "undo") takeBack();
    else if (action === "difference") setDifference((shown) => !shown);
    else if (action === "guideline" || action === "legend" || action === "history") setDialog(action);
    else if (task === null) return;
    else if (action === "much") setStrong(isStrong ? null : task.pair_id);
    else if (typeof action === "string") setDialog(action);
    else if (action.verdict === "preferred" && isStrong) finish(task, { ...action, strength: 2 });
    else finish(task, action);
  });
  useKeys(dialog === null, act);
  const close = useCallback(() => setDialog(null), []);

  return (
    <div className={classes.page}>
      <StatusLine projectId={projectId} userId={userId} act={act} view={view} hasHistory={!hasRoom} />
      <Notice claim={task ? claim.data : undefined} refusal={refusal?.lease === task?.lease ? refusal : null} />
      <Spoken task={task} />
      <div className={classes.work}>
        {task ? (
          // The next pair is made ready while this one is looked at; where that takes long, not before it can be.
          [task, next && (isPainted || !isHeavyPair(next)) ? next : null].map(
            (one) =>
              one && (
                <Activity key={one.pair_id} mode={one === task ? "visible" : "hidden"}>
                  <PairView
                    task={one}
                    view={view}
                    difference={difference}
                    taken={one === task && before ? before.verdict : null}
                  />
                </Activity>
              ),
          )
        ) : (
          <NothingToDo claim={claim} userId={userId} onNewPractice={onNewPractice} />
        )}
        {hasRoom && <History history={told} onUndo={takeBack} />}
      </div>
      <VerdictBar
        act={act}
        enabled={task !== null}
        much={isStrong}
        last={told?.at(-1) ?? null}
        hasComment={comment.trim() !== ""}
        isFlagged={task !== null && flagged === task.pair_id}
        difference={difference}
      />
      <CatchBoundary getResetKey={() => dialog ?? ""} errorComponent={NoDialog}>
        <Suspense>
          {dialog && (
            <Dialogs
              name={dialog}
              projectId={projectId}
              guidelineVersion={claim.data?.guideline_version ?? (claim.isError ? 0 : undefined)}
              comment={comment}
              onComment={(text) => task && comments.write(task.pair_id, text)}
              history={knownHistory}
              onUndo={takeBack}
              practice={practice}
              onPractise={onPractise}
              onSkip={(skip_reason) => task && finish(task, { verdict: "skip", skip_reason })}
              onFlag={(reason) => {
                if (task) flag(task, reason);
                setFlagged(task?.pair_id ?? null);
                setDialog(null);
              }}
              onClose={close}
            />
          )}
        </Suspense>
      </CatchBoundary>
    </div>
  );
}

const isHeavyPair = ({ left, right }: Shown) => isHeavy(left) || isHeavy(right);

/** For those who do not see the pair: a heading, and a word when the next one is there. */
function Spoken({ task }: { task: Shown | null }) {
  return (
    <div className={classes.unseen}>
      {task && <h1>Which answer is better?</h1>}
      <p role="status">{task && `Next pair: ${promptLine(task.prompt).slice(0, 80)}`}</p>
    </div>
  );
}
