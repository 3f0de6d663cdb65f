// Back to the policy before this one, after saying what that does.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { usePromote } from "@/api/models";
import type { Overview, Project } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";

type Props = { project: Project; previous: Overview["previous_policy"] };

export function RollBack({ project, previous }: Props) {
  const [isAsking, setAsking] = useState(false);
  const promote = usePromote(project.id);
  if (!previous) return null;
  const close = () => setAsking(false);
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        Roll back to model {previous.number}
      </Button>
      <Modal opened={isAsking} onClose={close} title={`Roll back to model ${previous.number}?`} centered>
        <Stack>
          <Text size="sm">
            {`Model ${previous.number} samples the next rounds in the place of model ${project.policy.number}. `}
            Nothing is deleted: pairs that are open stay open, labels stay, and model {project.policy.number} can be
            promoted again.
          </Text>
          <ErrorNote error={promote.error} title="The policy was not changed" />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave it
            </Button>
            <Button loading={promote.isPending} onClick={() => promote.mutate(previous.id, { onSuccess: close })}>
              Roll back
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
