// The last ten labels where there is no room for them beside the pair.
import { Drawer, Text } from "@mantine/core";

import { HistoryList } from "./History";
import type { Judged } from "./sitting";

type Props = { history: readonly Judged[] | null; onUndo: (judged: Judged) => void; onClose: () => void };

export function HistoryDrawer({ history, onUndo, onClose }: Props) {
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="sm"
      title="Your last labels"
      transitionProps={{ duration: 100 }}
    >
      {history === null && (
        <Text size="sm" c="dimmed" role="status">
          What you labelled before is not loaded yet.
        </Text>
      )}
      <HistoryList history={history} onUndo={onUndo} />
    </Drawer>
  );
}
