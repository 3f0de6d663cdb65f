// What to do next in a project, and one line about where it stands. Pure: rows in, words out.
import { isBusy } from "@/api/rounds";
import { isRunning } from "@/api/training";
import type { Overview, Project, Round, TrainingRun } from "@/api/types";
import { count } from "@/ui/numbers";

type Where = { project: Project; overview: Overview; rounds: Round[]; runs: TrainingRun[] };
type Step = { name: string; to: string };

/** Rounds and runs come newest first. */
export function nextStep({ project, overview, rounds, runs: [run] }: Where): Step {
  const home = `/projects/${project.id}`;
  const [round] = rounds;
  const open = rounds.find(({ status }) => status === "open");
  if (overview.train_prompts === 0) return { name: "Import prompts", to: `${home}/prompts` };
  if (run && isRunning(run)) return { name: `Watch run ${run.number}`, to: `${home}/training/${run.id}` };
  if (round && isBusy(round)) return { name: `Watch round ${round.number}`, to: `${home}/rounds/${round.id}` };
  if (overview.open_pairs > 0) return { name: "Label the open pairs", to: `/annotate/${project.id}` };
  if (round?.status === "failed")
    return { name: `See why round ${round.number} failed`, to: `${home}/rounds/${round.id}` };
  if (run?.status === "failed") return { name: `See why run ${run.number} failed`, to: `${home}/training/${run.id}` };
  if (overview.new_preferences > 0 && overview.preferences >= project.training.minimum_labels) {
    return { name: "Retrain on the labels", to: `${home}/training/new` };
  }
  if (open) return { name: `Watch round ${open.number}`, to: `${home}/rounds/${open.id}` };
  return { name: "Start a round", to: `${home}/rounds/new` };
}

export function stateLine({ project, overview, rounds: [round], runs: [run] }: Where): string {
  const parts = [
    round
      ? `Round ${round.number} is ${round.status}, ${count(round.labelled)} of ${count(round.slots)} labelled`
      : "No round yet",
  ];
  if (overview.live_leases > 0) parts.push(`${count(overview.live_leases)} pairs lent to annotators now`);
  if (run && isRunning(run)) parts.push(`run ${run.number} is ${run.status}`);
  if (project.retrain_after_labels !== null) {
    parts.push(
      `${count(overview.new_preferences)} of ${count(project.retrain_after_labels)} new labels to the next retrain`,
    );
  }
  return `${parts.join(", ")}. Model ${project.policy.number} samples.`;
}
