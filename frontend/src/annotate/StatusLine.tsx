// Own progress and pace, how far the project is, whether everything is saved, and how the pairs are shown.
import { useQuery } from "@tanstack/react-query";
import { memo } from "react";

import { progressQuery } from "@/api/annotate";
import type { Progress } from "@/api/types";
import { count, countOrMore, decimal, MOST_COUNTED } from "@/ui/numbers";

import classes from "./AnnotatePage.module.css";
import { Hint } from "./Hint";
import type { Action } from "./keys";
import { SaveMark } from "./SaveMark";
import type { View } from "./useView";
import { ViewMenu } from "./ViewMenu";

/** Where there is no room for it beside the pair, it stands with the last labels. */
export const paceOf = ({ mine, last_hour, median_seconds }: Progress) => [
  `${count(mine)} in all`,
  `${count(last_hour)} in the last hour`,
  ...(median_seconds === null ? [] : [`${decimal(median_seconds, 1)} s each`]),
];

type Props = {
  projectId: string;
  userId: string;
  act: (action: Action) => void;
  view: View;
  /** Whether the last labels are behind a button. */
  hasHistory: boolean;
};

export const StatusLine = memo(function StatusLine({ projectId, userId, act, view, hasHistory }: Props) {
  const { data } = useQuery(progressQuery(projectId));
  return (
    <div className={classes.status}>
      <div className={classes.counts}>
        {data && (
          <>
            <span className={classes.project} title={data.project}>
              {data.project}
            </span>
            <span>{count(data.mine_today)} by you today</span>
            {paceOf(data).map((words, place) => (
              <span key={place} className={classes.more}>
                {words}
              </span>
            ))}
            {data.done_slots + data.open_slots > 0 && (
              <span>
                {Math.max(data.done_slots, data.open_slots) < MOST_COUNTED
                  ? `${count(data.done_slots)} of ${count(data.done_slots + data.open_slots)} done`
                  : `${countOrMore(data.open_slots)} open`}
              </span>
            )}
          </>
        )}
      </div>
      <div className={classes.marks}>
        <SaveMark userId={userId} />
        {hasHistory && <Hint label="Last labels" keys="H" opens onClick={() => act("history")} />}
        <ViewMenu view={view} />
        <Hint label="Guideline" keys="G" opens onClick={() => act("guideline")} />
      </div>
    </div>
  );
});
