// Own progress, how far the project is, and whether everything is saved.
import { Box } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { progressQuery } from "@/api/annotate";
import { count } from "@/ui/numbers";

import classes from "./AnnotatePage.module.css";
import { Hint } from "./Hint";
import type { Action } from "./keys";
import { SaveMark } from "./SaveMark";

type Props = { projectId: string; userId: string; act: (action: Action) => void };

export function StatusLine({ projectId, userId, act }: Props) {
  const { data } = useQuery(progressQuery(projectId));
  return (
    <div className={classes.status}>
      <div className={classes.counts}>
        {data && (
          <>
            <span>{count(data.mine_today)} by you today</span>
            <Box component="span" visibleFrom="sm">
              {count(data.mine)} in all
            </Box>
            <span>
              {count(data.done_slots)} of {count(data.done_slots + data.open_slots)} done
            </span>
          </>
        )}
      </div>
      <SaveMark userId={userId} />
      <Hint label="Guideline" keys="G" onClick={() => act("guideline")} />
    </div>
  );
}
