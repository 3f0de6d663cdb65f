// The prompts that come along with the sandbox model, for a project on it that has none yet.
import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";

import { overviewQuery } from "@/api/projects";
import { useImportPrompts } from "@/api/prompts";
import { fetchSandboxPrompts, sandboxQuery } from "@/api/setup";
import type { Project } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";

export function SandboxPrompts({ project }: { project: Project }) {
  const { data: sandbox } = useQuery(sandboxQuery);
  const { data: overview } = useQuery(overviewQuery(project.id));
  const importing = useImportPrompts(project.id);
  const take = useMutation({
    mutationFn: async () => {
      const file = await fetchSandboxPrompts();
      await importing.mutateAsync({ file, format: "jsonl", on_error: "abort", split: null });
    },
  });
  if (sandbox?.model !== project.reference.source || overview?.train_prompts !== 0) return null;
  return (
    <>
      <Group>
        <Button loading={take.isPending} onClick={() => take.mutate()}>
          Import the sandbox&apos;s prompts
        </Button>
        <Text size="sm" c="dimmed">
          Or bring your own below.
        </Text>
      </Group>
      <ErrorNote error={take.error} title="Nothing was imported" />
    </>
  );
}
