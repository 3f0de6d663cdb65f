// What the audit log can say, in words.
export const ACTIONS = [
  { value: "project.create", label: "Project created" },
  { value: "project.update", label: "Settings changed" },
  { value: "prompts.import", label: "Prompts imported" },
  { value: "prompt.update", label: "Prompt moved or taken out" },
  { value: "round.start", label: "Round started" },
  { value: "round.close", label: "Round closed" },
  { value: "round.retry", label: "Round retried" },
  { value: "training.start", label: "Training started" },
  { value: "training.cancel", label: "Training cancelled" },
  { value: "training.retry", label: "Training retried" },
  { value: "training.skip", label: "Training passed over" },
  { value: "evaluation.start", label: "Evaluation started" },
  { value: "model.promote", label: "Model promoted" },
  { value: "model.check", label: "Model checked again" },
  { value: "sampling.start", label: "Playground asked" },
  { value: "sampling.delete", label: "Playground answer deleted" },
  { value: "practice.add", label: "Practice pair added" },
  { value: "practice.update", label: "Practice pair changed" },
  { value: "practice.remove", label: "Practice pair removed" },
  { value: "practice.order", label: "Practice pairs put in order" },
  { value: "pair.withdraw", label: "Pair taken out of labelling" },
  { value: "flag.resolve", label: "Flag resolved" },
  { value: "user.create", label: "Person created" },
  { value: "user.update", label: "Person changed" },
  { value: "user.password", label: "Own password set" },
  { value: "user.login_link", label: "Sign-in link made" },
  { value: "key.create", label: "Key created" },
  { value: "key.revoke", label: "Key revoked" },
];

/** An action that has no words here is shown as it is. */
export const actionName = (action: string) => ACTIONS.find(({ value }) => value === action)?.label ?? action;
