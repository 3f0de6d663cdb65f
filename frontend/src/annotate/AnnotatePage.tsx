// The page that people label on: one pair, one key, next pair.
import { useDocumentTitle } from "@mantine/hooks";
import { useCallback, useEffect, useState } from "react";

import type { Task } from "@/api/types";
import { useUser } from "@/api/session";
import { useParam } from "@/ui/address";

import classes from "./AnnotatePage.module.css";
import { CommentDialog } from "./CommentDialog";
import { GuidelineDrawer } from "./GuidelineDrawer";
import { type Action, type Judgement, useKeys } from "./keys";
import { Legend } from "./Legend";
import { NothingToDo } from "./NothingToDo";
import { PairView } from "./PairView";
import { SkipDialog } from "./SkipDialog";
import { StatusLine } from "./StatusLine";
import { useLeases } from "./useLeases";
import { useTask } from "./useTask";
import { useTimeOnTask } from "./useTimeOnTask";
import { VerdictBar } from "./VerdictBar";

type Dialog = "skip" | "comment" | "guideline" | "legend" | null;

export function AnnotatePage() {
  const projectId = useParam("projectId");
  return <Annotate key={projectId} projectId={projectId} />;
}

function Annotate({ projectId }: { projectId: string }) {
  useDocumentTitle("Annotate · Tiebreak");
  const user = useUser();
  const { claim, task, tasks, last, judge, undo, lose } = useTask(projectId, user.id);
  const [dialog, setDialog] = useState<Dialog>(null);
  const [comment, setComment] = useState("");
  const timeOnTask = useTimeOnTask(task?.lease);
  useLeases(task ? [...new Set([task, ...tasks].map(({ lease }) => lease))] : [], lose);
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [task?.lease]);

  const finish = useCallback(
    (shown: Task, verdict: Judgement | { verdict: "skip"; skip_reason: string | null }) => {
      judge(shown, { ...verdict, comment: comment.trim() || null, time_on_task_ms: timeOnTask() });
      setComment("");
      setDialog(null);
    },
    [judge, comment, timeOnTask],
  );
  const act = useCallback(
    (action: Action) => {
      if (action === "undo") undo();
      else if (action === "guideline" || action === "legend") setDialog(action);
      else if (task === null) return;
      else if (typeof action === "string") setDialog(action);
      else finish(task, action);
    },
    [task, undo, finish],
  );
  useKeys(dialog === null, act);
  const close = useCallback(() => setDialog(null), []);

  return (
    <div className={classes.page}>
      <StatusLine projectId={projectId} userId={user.id} act={act} />
      {task ? <PairView task={task} /> : <NothingToDo claim={claim} />}
      <VerdictBar act={act} enabled={task !== null} last={last} hasComment={comment.trim() !== ""} />
      {dialog === "skip" && task && (
        <SkipDialog onClose={close} onSkip={(skip_reason) => finish(task, { verdict: "skip", skip_reason })} />
      )}
      {dialog === "comment" && <CommentDialog value={comment} onChange={setComment} onClose={close} />}
      {dialog === "legend" && <Legend onClose={close} />}
      <GuidelineDrawer
        projectId={projectId}
        version={claim.data?.guideline_version}
        opened={dialog === "guideline"}
        onClose={close}
      />
    </div>
  );
}
