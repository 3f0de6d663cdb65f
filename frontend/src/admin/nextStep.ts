// What to do next in a project, and one line about where it stands. Pure: rows in, words out.
import { isBusy } from "@/api/rounds";
import { isRunning } from "@/api/training";
import type { Model, Overview, Project, Round, TrainingRun } from "@/api/types";
import { count, countOrMore, many } from "@/ui/numbers";

import { inWords, isBetter, winRate } from "./winRate";

type Where = { project: Project; overview: Overview; rounds: Round[]; runs: TrainingRun[] };
type Step = { name: string; to: string; why: string };

/** Rounds and runs come newest first. */
export function nextStep(where: Where): Step {
  const { project, overview, rounds, runs } = where;
  const [round] = rounds;
  const [run] = runs;
  const home = `/projects/${project.id}`;
  if (rounds.length === 0 && overview.labels === 0) {
    return { name: "Continue the set-up", to: `${home}/setup`, why: "No round has been started yet." };
  }
  if (run && isRunning(run)) {
    return { name: `Watch run ${run.number}`, to: `${home}/training/${run.id}`, why: "A model is being trained." };
  }
  if (round && isBusy(round)) {
    const why = "Its pairs are on their way: completions are sampled and scored.";
    return { name: `Watch round ${round.number}`, to: `${home}/rounds/${round.id}`, why };
  }
  const step = aboutMeasured(where) ?? failed(where) ?? aboutOpenPairs(where) ?? aboutUnmeasured(where) ?? goOn(where);
  return { ...step, why: [notBetter(where), step.why].filter(Boolean).join(" ") };
}

/** A trained model newer than the policy. */
function newModel({ overview: { newest_model: model, policy } }: Where): Model | null {
  return model && model.number > policy.number ? model : null;
}

/** A new model is measured, and promoted once it is known to be better. */
function aboutMeasured(where: Where): Step | null {
  const { project, overview } = where;
  const model = newModel(where);
  if (!model) return null;
  const to = `/projects/${project.id}/models`;
  if (model.evaluation_status === "queued" || model.evaluation_status === "running") {
    const why = `Model ${model.number} is being compared with the reference.`;
    return { name: `Watch the evaluation of model ${model.number}`, to: `/projects/${project.id}/evaluations`, why };
  }
  if (model.evaluation_status === "failed") {
    const why = "Its comparison with the reference failed.";
    return {
      name: `See why the evaluation of model ${model.number} failed`,
      to: `/projects/${project.id}/evaluations`,
      why,
    };
  }
  const rate = winRate(model);
  if (rate === null && project.evaluation.judge && overview.eval_prompts > 0) {
    return { name: `Evaluate model ${model.number}`, to, why: "It was never judged against the reference." };
  }
  if (rate === null || !isBetter(rate)) return null;
  return { name: `Promote model ${model.number}`, to, why: inWords(model.number, rate) };
}

/** What is known of a new model that nobody is told to promote. */
function notBetter(where: Where): string | null {
  const model = newModel(where);
  const rate = model && winRate(model);
  return rate && !isBetter(rate) ? inWords(model.number, rate) : null;
}

/** A new model that nothing can measure is looked at. */
function aboutUnmeasured(where: Where): Step | null {
  const { project, overview, rounds, runs } = where;
  const model = newModel(where);
  if (!model || winRate(model) !== null) return null;
  // Whoever has begun a round or a run since has decided: nothing tells when somebody has looked at a model.
  const isLater = ({ created_at }: Round | TrainingRun) => Date.parse(created_at) > Date.parse(model.created_at);
  if (rounds.slice(0, 1).some(isLater) || runs.slice(0, 1).some(isLater)) return null;
  const lack = project.evaluation.judge ? "There is no eval prompt to judge it on" : "No judge is set";
  return {
    name: `Compare model ${model.number} with model ${overview.policy.number}`,
    to: `/projects/${project.id}/playground`,
    why: `${lack}: see what both answer, then promote it under Models, or start the next round.`,
  };
}

function failed({ project, rounds: [round], runs: [run] }: Where): Step | null {
  const home = `/projects/${project.id}`;
  if (round?.status === "failed") {
    const why = round.error ?? "It can be retried.";
    return { name: `See why round ${round.number} failed`, to: `${home}/rounds/${round.id}`, why };
  }
  if (run?.status !== "failed") return null;
  const why = run.error?.split("\n")[0] ?? "It can be resumed.";
  return { name: `See why run ${run.number} failed`, to: `${home}/training/${run.id}`, why };
}

function aboutOpenPairs({ project, overview: { open_pairs } }: Where): Step | null {
  if (open_pairs === 0) return null;
  const waiting = open_pairs === 1 ? "1 pair waits" : `${countOrMore(open_pairs)} pairs wait`;
  if (project.is_paused) {
    const why = `Labelling is paused, and ${waiting}.`;
    return { name: "Let people label again", to: `/projects/${project.id}/settings`, why };
  }
  const why = `${waiting} for a label.`;
  return { name: "Label the open pairs", to: `/annotate/${project.id}`, why };
}

function goOn({ project, overview, rounds }: Where): Step {
  const home = `/projects/${project.id}`;
  const open = rounds.find(({ status }) => status === "open");
  if (overview.new_preferences > 0 && overview.preferences >= project.training.minimum_labels) {
    const why = `${overview.new_preferences === 1 ? "1 preference is" : `${count(overview.new_preferences)} preferences are`} new since the last model.`;
    return { name: "Retrain on the labels", to: `${home}/training/new`, why };
  }
  if (open)
    return { name: `Watch round ${open.number}`, to: `${home}/rounds/${open.id}`, why: "Its last pairs are out." };
  return { name: "Start a round", to: `${home}/rounds/new`, why: "There is nothing left to label." };
}

/** "Round 4, 212 of 256 labelled, 3 people active, retraining at 256." */
export function stateLine({ project, overview, rounds: [round], runs: [run] }: Where): string {
  const parts = [round ? roundPart(round) : "No round yet"];
  if (project.is_paused) parts.push("labelling is paused");
  if (overview.people_active > 0) parts.push(`${people(overview.people_active)} active`);
  if (overview.programs_active > 0) parts.push(`${programs(overview.programs_active)} active`);
  if (run && isRunning(run)) parts.push(`run ${run.number} is ${run.status}`);
  const { toward_retraining: now } = overview;
  if (project.retrain_after_labels !== null && now !== null) {
    parts.push(`retraining at ${many(project.retrain_after_labels, "new preference")}, now ${count(now)}`);
  }
  return `${parts.join(", ")}. Model ${overview.policy.number} samples.`;
}

const people = (active: number) => (active === 1 ? "1 person" : `${count(active)} people`);
const programs = (active: number) => (active === 1 ? "1 judging program" : `${count(active)} judging programs`);

function roundPart(round: Round): string {
  if (round.slots === 0) return `Round ${round.number} is ${round.status}`;
  const closed = round.status === "closed" ? " closed" : "";
  return `Round ${round.number}${closed}, ${count(round.labelled)} of ${count(round.slots)} labelled`;
}
