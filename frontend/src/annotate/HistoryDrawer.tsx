// The last ten labels where there is no room for them beside the pair.
import { Drawer, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { progressQuery } from "@/api/annotate";

import { HistoryList } from "./History";
import type { Judged } from "./sitting";
import { paceOf } from "./StatusLine";

type Props = {
  projectId: string;
  history: readonly Judged[] | null;
  onUndo: (judged: Judged) => void;
  onClose: () => void;
};

export function HistoryDrawer({ projectId, history, onUndo, onClose }: Props) {
  const { data: progress } = useQuery(progressQuery(projectId));
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="sm"
      title="Your last labels"
      transitionProps={{ duration: 100 }}
    >
      {progress && (
        <Text size="sm" c="dimmed" mb="sm">
          {paceOf(progress).join(", ")}
        </Text>
      )}
      {history === null && (
        <Text size="sm" c="dimmed" role="status">
          What you labelled before is not loaded yet.
        </Text>
      )}
      <HistoryList history={history} onUndo={onUndo} />
    </Drawer>
  );
}
