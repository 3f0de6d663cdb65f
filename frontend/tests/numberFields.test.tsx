// Numbers in the forms of rounds and runs: taken as they are typed, refused at the field, never changed in silence.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import { open } from "./open";
import { losses, project, rules } from "./project";
import { serve, session } from "./service";

const moreOfRounds = {
  max_pairs_per_prompt: 1,
  ensemble_heads: 8,
  max_new_tokens: 128,
  temperature: 0.7,
  top_p: 1,
  top_k: 0,
  entropy_samples: 4,
  entropy_share: 0.5,
};
const moreOfRuns = {
  lora_alpha: 16,
  micro_batch_tokens: 8192,
  label_smoothing: 0.1,
  gamma_beta_ratio: 0.5,
  warmup_steps: 0,
  max_grad_norm: 1,
  weight_decay: 0,
  holdout_share: 0,
  early_stop_patience: 0,
  early_stop_loss: null,
  checkpoint_every: 20,
  seed: 0,
};
const base = {
  "GET /api/v1/auth/session": () => session("admin"),
  "GET /api/v1/projects/p1": () => ({
    ...project,
    round: { ...project.round, ...moreOfRounds },
    training: { ...project.training, ...moreOfRuns },
  }),
  "GET /api/v1/projects/p1/overview": () => ({ labels: 12 }),
  "GET /api/v1/rules": () => rules,
  "GET /api/v1/losses": () => losses,
  "PATCH /api/v1/projects/p1": (change: object) => ({ ...project, ...change }),
};

async function openSettings(name: string) {
  const asked = serve(base);
  const { user } = open("/projects/p1/settings");
  const box = within(await screen.findByRole("region", { name }));
  const field = (label: RegExp) => box.findByLabelText<HTMLInputElement>(label);
  const type = async (label: RegExp, text: string) => {
    await user.clear(await field(label));
    if (text !== "") await user.type(await field(label), text);
  };
  const save = () => user.click(box.getByRole("button", { name: "Save" }));
  const sent = () => asked.filter(({ method }) => method === "PATCH").map(({ body }) => body);
  return { user, box, field, type, save, sent };
}

it("takes numbers in scientific notation, typed or pasted", async () => {
  const { user, box, field, type, save, sent } = await openSettings("Defaults of training runs");
  await type(/^Learning rate/, "3e-6");
  await user.click(box.getByRole("button", { name: "More settings" }));
  await user.clear(await field(/^Weight decay/));
  await user.click(await field(/^Weight decay/));
  await user.paste("1e-2");
  await user.tab();
  expect((await field(/^Learning rate/)).value).toBe("3e-6");
  await save();
  await waitFor(() => expect(sent()).toEqual([{ training: { learning_rate: 3e-6, weight_decay: 0.01 } }]));
});

it.each([
  [/^Control share/, "20", "Give a number from 0 to 1."],
  [/^Control share/, "half", "Give a number from 0 to 1."],
  [/^Control share/, "", "Give a number from 0 to 1."],
  [/^Pairs to open/, "6.5", "Give a whole number from 1 to 100000."],
  [/^Temperature/, "0", "Give a number above 0, at most 5."],
])(
  "says the bounds at %s where '%s' is given, and sends nothing until it is mended",
  async (label, wrong, sentence) => {
    const { user, box, field, type, save, sent } = await openSettings("Defaults of rounds");
    await box.findByLabelText(/^Control share/);
    const more = box.getByRole("button", { name: "More settings" });
    await user.click(more);
    await type(label, wrong);
    await user.tab();
    box.getByText(sentence);
    expect((await field(label)).value).toBe(wrong);
    await save();
    expect(sent()).toEqual([]);
    await type(label, "1");
    expect(box.queryByText(sentence)).toBeNull();
    await save();
    await waitFor(() => expect(sent()).toHaveLength(1));
  },
);

it("does not fold a wrong number away", async () => {
  const { user, box, field, type } = await openSettings("Defaults of rounds");
  await box.findByLabelText(/^Control share/);
  const more = box.getByRole("button", { name: "More settings" });
  await user.click(more);
  await type(/^Temperature/, "9");
  await user.click(more);
  expect((await field(/^Temperature/)).value).toBe("9");
  box.getByText("Give a number above 0, at most 5.");
});

it("goes a step with the arrow keys, within the bounds", async () => {
  const { user, field, save, sent } = await openSettings("Defaults of rounds");
  await user.click(await field(/^Control share/));
  await user.keyboard("{ArrowUp}{ArrowUp}");
  expect((await field(/^Control share/)).value).toBe("0.3");
  await user.click(await field(/^Labels per pair/));
  await user.keyboard("{ArrowDown}");
  expect((await field(/^Labels per pair/)).value).toBe("1");
  await save();
  await waitFor(() => expect(sent()).toEqual([{ round: { control_share: 0.3 } }]));
});
