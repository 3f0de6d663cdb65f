// A project's model while it is checked, and after it failed: what is wrong, and how to mend it.
import { Alert, Button, Group, Loader, Stack } from "@mantine/core";
import { useState } from "react";

import { useCheckModel } from "@/api/models";
import type { Project } from "@/api/types";
import { ErrorNote } from "@/ui/ErrorNote";

import { ModelField } from "./ModelField";

export function ModelTrouble({ project }: { project: Project }) {
  const { reference } = project;
  if (reference.status === "ready") return null;
  if (reference.status === "failed") return <Failed key={reference.source} project={project} />;
  return (
    <Alert variant="light" color="blue" title="The model is being checked" role="status" icon={<Loader size={16} />}>
      {reference.source} is loaded by a worker, which draws a word from it. Rounds can start when that has succeeded.
    </Alert>
  );
}

function Failed({ project: { id, reference } }: { project: Project }) {
  const check = useCheckModel(id);
  const [model, setModel] = useState(reference.source);
  const isOther = model.trim() !== reference.source;
  return (
    <Stack gap="sm">
      <Alert variant="light" color="red" title="The model cannot be used" role="alert">
        {reference.source}: {reference.error}
      </Alert>
      <ModelField
        label="Model"
        description="Mend the folder and check it again, or give another folder or hub name."
        kind="reference"
        value={model}
        onChange={setModel}
        known={reference.source}
      />
      <ErrorNote error={check.error} />
      <Group>
        <Button
          loading={check.isPending}
          disabled={model.trim() === ""}
          onClick={() => check.mutate({ id: reference.id, model: isOther ? model : null })}
        >
          {isOther ? "Check this one" : "Check again"}
        </Button>
      </Group>
    </Stack>
  );
}
