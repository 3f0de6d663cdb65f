// Where one is in the set-up of a project.
import { Stepper, Text } from "@mantine/core";

const STEPS = ["Name and model", "Model check", "Prompts", "First round"];

type Props = { now: number; onStep?: (step: number) => void };

export function SetupSteps({ now, onStep }: Props) {
  return (
    <>
      <Stepper active={now} size="sm" visibleFrom="sm" onStepClick={onStep} aria-label="Steps of the set-up">
        {STEPS.map((label, step) => (
          <Stepper.Step key={label} label={label} allowStepSelect={onStep !== undefined && step > 0 && step < now} />
        ))}
      </Stepper>
      <Text hiddenFrom="sm" size="sm" c="dimmed">
        {now < STEPS.length ? `Step ${now + 1} of ${STEPS.length}: ${STEPS[now] ?? ""}` : "The set-up is done."}
      </Text>
    </>
  );
}
