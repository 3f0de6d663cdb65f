// The last ten labels where there is no room for them beside the pair.
import { Drawer } from "@mantine/core";

import { HistoryList } from "./History";
import type { Judged } from "./sitting";

type Props = { history: readonly Judged[]; onUndo: (judged: Judged) => void; onClose: () => void };

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
      <HistoryList history={history} onUndo={onUndo} />
    </Drawer>
  );
}
