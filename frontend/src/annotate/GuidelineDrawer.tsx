// The project's guideline, one key away.
import { Drawer, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { guidelineQuery } from "@/api/annotate";
import { Markdown } from "@/ui/Markdown";
import { ResultOf } from "@/ui/ResultOf";

type Props = { projectId: string; version: number | undefined; opened: boolean; onClose: () => void };

export function GuidelineDrawer({ projectId, version, opened, onClose }: Props) {
  const guideline = useQuery(guidelineQuery(projectId, version));
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="lg"
      title="Guideline"
      transitionProps={{ duration: 100 }}
    >
      <ResultOf query={guideline}>
        {({ guideline: text }) => (text ? <Markdown text={text} /> : <Text>This project has no guideline yet.</Text>)}
      </ResultOf>
    </Drawer>
  );
}
