// What can be done with one model version: promote, evaluate, download, check again.
import { Button, Group, Text } from "@mantine/core";

import { useStartEvaluation } from "@/api/evaluations";
import { downloadUrl, useCheckModel, usePromote } from "@/api/models";
import type { Model, Project } from "@/api/types";
import { describe } from "@/ui/ErrorNote";

import { isBetter, winRate } from "./winRate";

type Props = { model: Model; project: Project };

export function ModelActions({ model, project }: Props) {
  const promote = usePromote(project.id);
  const check = useCheckModel(project.id);
  const error = promote.error ?? check.error;
  const measured = winRate(model);
  const isOffered = model.number > project.policy.number && (measured === null || isBetter(measured));
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        {model.status === "ready" && model.id !== project.policy.id && (
          <Button
            size="compact-sm"
            variant={isOffered ? "filled" : "default"}
            loading={promote.isPending}
            onClick={() => promote.mutate(model.id)}
            aria-label={`Promote model ${model.number}`}
          >
            Promote
          </Button>
        )}
        {model.status === "ready" && model.id !== project.reference.id && <Evaluate model={model} project={project} />}
        {model.status === "failed" && (
          <Button size="compact-sm" variant="default" onClick={() => check.mutate({ id: model.id })}>
            Check again
          </Button>
        )}
        {model.status === "ready" && (
          <Button
            size="compact-sm"
            variant="default"
            component="a"
            href={downloadUrl(model)}
            download
            aria-label={`Download model ${model.number}`}
          >
            Download
          </Button>
        )}
      </Group>
      {error && (
        <Text size="sm" c="red" role="alert" style={{ whiteSpace: "normal" }}>
          {describe(error)}
        </Text>
      )}
    </>
  );
}

function Evaluate({ model, project }: Props) {
  const start = useStartEvaluation(project.id);
  const isUnderWay = model.evaluation_status === "queued" || model.evaluation_status === "running";
  const hasJudge = project.evaluation.judge !== null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={start.isPending}
        disabled={!hasJudge || isUnderWay}
        title={
          hasJudge ? "Compare it with the reference on the held-out prompts" : "Name a judge in the settings first"
        }
        onClick={() => start.mutate({ model_version_id: model.id, baseline_version_id: null })}
        aria-label={`${isUnderWay ? "Evaluating" : "Evaluate"} model ${model.number}`}
      >
        {isUnderWay ? "Evaluating" : "Evaluate"}
      </Button>
      {start.error && (
        <Text size="sm" c="red" role="alert" style={{ whiteSpace: "normal" }}>
          {describe(start.error)}
        </Text>
      )}
    </>
  );
}
