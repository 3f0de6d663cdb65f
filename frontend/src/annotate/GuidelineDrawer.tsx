// The project's guideline, one key away, and the way back to the practice set.
import { Button, Drawer, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { guidelineQuery } from "@/api/annotate";
import { Markdown } from "@/ui/Markdown";
import { ResultOf } from "@/ui/ResultOf";

type Props = {
  projectId: string;
  version: number | undefined;
  practice?: number;
  onPractise?: () => void;
  onClose: () => void;
};

export function GuidelineDrawer({ projectId, version, practice = 0, onPractise, onClose }: Props) {
  const guideline = useQuery(guidelineQuery(projectId, version));
  return (
    <Drawer opened onClose={onClose} position="right" size="lg" title="Guideline" transitionProps={{ duration: 100 }}>
      <Stack>
        <ResultOf query={guideline}>
          {({ guideline: text }) => (text ? <Markdown text={text} /> : <Text>This project has no guideline yet.</Text>)}
        </ResultOf>
        {practice > 0 && onPractise && (
          <Button variant="default" onClick={onPractise} style={{ alignSelf: "start" }}>
            Practise again ({practice} {practice === 1 ? "pair" : "pairs"})
          </Button>
        )}
      </Stack>
    </Drawer>
  );
}
