// Admin pages through the real router: what is sent, and what a refusal looks like.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import { open } from "./open";
import { losses, project, rules } from "./project";
import { json, problem, serve, session } from "./service";

const OVERVIEW = { preferences: 3, new_preferences: 3, ties: 2 };
const base = {
  "GET /api/v1/auth/session": () => session("admin"),
  "GET /api/v1/projects/p1": () => project,
  "GET /api/v1/projects/p1/overview": () => OVERVIEW,
  "GET /api/v1/projects/p1/prompts": () => ({ items: [], next_cursor: null }),
  "GET /api/v1/rules": () => rules,
  "GET /api/v1/losses": () => losses,
};

const report = { prompts: 0, duplicates: 0, pairs: 0, labels: 0, refused: 0, errors: [] };

it("shows what a file would bring before anything is stored, then imports the rest", async () => {
  const errors = [
    { line: 3, field: "prompt", message: "is missing" },
    { line: 7, field: null, message: "is not JSON" },
  ];
  const counts = { ...report, prompts: 40, duplicates: 2, refused: 2, errors };
  const sample = { line: 1, content: "a", external_id: null, split: "train", completions: 0, is_labelled: false };
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1/prompts/import": () => ({ done_bytes: null, total_bytes: null, seconds: null }),
    "POST /api/v1/projects/p1/prompts/import/preview": () => ({
      rows: 44,
      report: counts,
      samples: [{ ...sample, is_duplicate: false }],
    }),
    "POST /api/v1/projects/p1/prompts/import": () => json(counts, 201),
  });
  const { user } = open("/projects/p1/prompts");
  await user.click(await screen.findByLabelText("Or paste rows"));
  await user.paste('{"prompt": "a"}');
  await user.click(screen.getByRole("button", { name: "Preview" }));
  await screen.findByText(/44 rows/);
  const refused = within(screen.getByRole("table", { name: "Refused rows" })).getAllByRole("row");
  expect(refused.map((row) => row.textContent)).toEqual([
    "LineFieldWhy it is refused",
    "3promptis missing",
    "7–is not JSON",
  ]);
  expect(within(screen.getByRole("table", { name: "The first rows" })).getAllByRole("row")).toHaveLength(2);
  expect(asked.some(({ method, path }) => method === "POST" && path.endsWith("/import"))).toBe(false);
  await user.click(screen.getByRole("button", { name: "Skip the 2, import the rest" }));
  expect((await screen.findByText(/40 new prompts, 2 duplicates/)).textContent).toContain("2 rows refused");
  const stored = asked.find(({ method, path }) => method === "POST" && path.endsWith("/import"));
  expect([stored?.body, stored?.query.get("on_error")]).toEqual(['{"prompt": "a"}', "skip"]);
});

it("says why a file cannot be read at all", async () => {
  serve({
    ...base,
    "GET /api/v1/projects/p1/prompts/import": () => ({ done_bytes: null, total_bytes: null, seconds: null }),
    "POST /api/v1/projects/p1/prompts/import/preview": () => problem(422, "The file has no rows."),
  });
  const { user } = open("/projects/p1/prompts");
  await user.click(await screen.findByLabelText("Or paste rows"));
  await user.paste("#");
  await user.click(screen.getByRole("button", { name: "Preview" }));
  expect((await screen.findByRole("alert")).textContent).toContain("The file has no rows.");
});

it("says that a file has changed since it was chosen, and takes the same one again", async () => {
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1/prompts/import": () => ({ done_bytes: null, total_bytes: null, seconds: null }),
    "POST /api/v1/projects/p1/prompts/import/preview": () => ({ rows: 1, report, samples: [] }),
  });
  const { user } = open("/projects/p1/prompts");
  const button = await screen.findByRole("button", { name: "Choose a file" });
  const input = document.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) throw new Error("There is nothing to choose a file with.");
  const changed = new File(["{}"], "mine.jsonl");
  changed.slice = () => {
    throw new DOMException("The requested file could not be read.", "NotReadableError");
  };
  await user.upload(input, changed);
  await user.click(screen.getByRole("button", { name: "Preview" }));
  await screen.findByText(/The file has changed on disk since it was chosen.* Choose it again./);
  expect(asked.some(({ path }) => path.endsWith("/preview"))).toBe(false);
  // A browser tells of a choice that differs from the one before: there must be none.
  await user.click(button);
  expect(input.files).toHaveLength(0);
  await user.upload(input, new File(["{}"], "mine.jsonl"));
  await user.click(screen.getByRole("button", { name: "Preview" }));
  await screen.findByText("There is nothing new to import.");
});

it("starts a round with the project's defaults as changed in the form", async () => {
  const asked = serve({
    ...base,
    "POST /api/v1/projects/p1/rounds": () => json({ id: "r1" }, 202),
  });
  const { user, where } = open("/projects/p1/rounds/new");
  const labels = await screen.findByLabelText(/Pairs to open/);
  await user.clear(labels);
  await user.type(labels, "12");
  await user.click(screen.getByRole("button", { name: "Start the round" }));
  await expect.poll(where).toBe("/projects/p1/rounds/r1");
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ ...project.round, labels: 12 });
});

it("says how many pairs the prompts that are left allow", async () => {
  serve({ ...base, "GET /api/v1/projects/p1/overview": () => ({ unused_prompts: 20 }) });
  const { user } = open("/projects/p1/rounds/new");
  await screen.findByText("20 unused prompts are left: at most 7 pairs that the rule chooses, and 13 control pairs");
  const labels = await screen.findByLabelText(/Pairs to open/);
  await user.clear(labels);
  await user.type(labels, "20");
  await screen.findByText("Both arms together");
});

it("names a refused setting as the form does", async () => {
  const reason = { field: "training.learning_rate", message: "Input should be greater than 0" };
  const detail = `${reason.field}: ${reason.message}`;
  serve({
    ...base,
    "POST /api/v1/projects/p1/training-runs": () => problem(422, detail, { errors: [reason] }),
  });
  const { user } = open("/projects/p1/training/new");
  await user.click(await screen.findByRole("button", { name: "Start the retrain" }));
  await screen.findByText("Learning rate: must be greater than 0");
});

it("shows why a retrain was refused", async () => {
  const asked = serve({
    ...base,
    "POST /api/v1/projects/p1/training-runs": () =>
      problem(409, "There are 3 preferences, and a run needs 8.", { code: "too_few_labels" }),
  });
  const { user } = open("/projects/p1/training/new");
  await user.click(await screen.findByRole("button", { name: "Start the retrain" }));
  expect((await screen.findByRole("alert")).textContent).toContain("There are 3 preferences, and a run needs 8.");
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual(project.training);
});

it("brings a loss's own beta and learning rate with it, unless they were edited", async () => {
  const asked = serve({ ...base, "POST /api/v1/projects/p1/training-runs": () => json({ id: "t1" }, 202) });
  const { user } = open("/projects/p1/training/new");
  await screen.findByText("It would learn from 3 preferences, 3 of them new, and start from model 0, the reference.");
  expect(screen.getByLabelText(/^Beta/).getAttribute("placeholder")).toContain("0.2");
  const choose = async (loss: string) => {
    await user.click(screen.getByRole("combobox", { name: /^Loss/ }));
    await user.click(await screen.findByRole("option", { name: loss, hidden: true }));
  };
  await choose("SFT on the preferred answers");
  expect(screen.getByLabelText(/^Learning rate/).getAttribute("value")).toBe("0.00001");
  expect(screen.getByText("Peak; this loss's own: 0.00001")).toBeTruthy();
  await user.type(screen.getByLabelText(/^Beta/), "3");
  await choose("SimPO, no reference");
  expect(screen.getByLabelText(/^Learning rate/).getAttribute("value")).toBe("0.000001");
  // What was written is SFT's own by chance, and stays when the loss is another one again.
  await user.clear(screen.getByLabelText(/^Learning rate/));
  await user.type(screen.getByLabelText(/^Learning rate/), "0.00001");
  await choose("SFT on the preferred answers");
  await choose("SimPO, no reference");
  await user.click(screen.getByRole("button", { name: "Start the retrain" }));
  await expect
    .poll(() => asked.find(({ method }) => method === "POST")?.body)
    .toEqual({
      ...project.training,
      loss: "simpo",
      beta: 3,
      learning_rate: 1e-5,
    });
});

it("brings a rule's own completions with it, unless they were edited", async () => {
  const asked = serve({
    ...base,
    "POST /api/v1/projects/p1/rounds": () => json({ id: "r1" }, 202),
  });
  const { user } = open("/projects/p1/rounds/new");
  const choose = async (rule: RegExp) => {
    await user.click(screen.getByRole("combobox", { name: /^Rule/ }));
    await user.click(await screen.findByRole("option", { name: rule, hidden: true }));
  };
  // What was chosen is Auto's own by chance, and stays when the rule is another one again.
  await user.type(await screen.findByLabelText(/^Prompts per kept pair/), "{Backspace}4");
  await choose(/^Auto/);
  expect(screen.getByLabelText(/^Completions per prompt/).getAttribute("value")).toBe("8");
  await choose(/^Entropy:/);
  await user.click(screen.getByRole("button", { name: "Start the round" }));
  await expect
    .poll(() => asked.find(({ method }) => method === "POST")?.body)
    .toEqual({ ...project.round, over_generation: 4 });
});

it("shows a one-time sign-in link until it is put away", async () => {
  const { user: me } = session();
  serve({
    ...base,
    "GET /api/v1/users": () => ({ items: [], next_cursor: null }),
    "GET /api/v1/api-keys": () => ({ items: [], next_cursor: null }),
    "POST /api/v1/users": () => json({ ...me, username: "ben", login_link: "/login?token=xyz" }, 201),
  });
  const { user } = open("/people");
  await user.type(await screen.findByLabelText(/New person/), "ben");
  await user.click(screen.getByRole("button", { name: "Create" }));
  const link = `${window.location.origin}/login?token=xyz`;
  await screen.findByText(link);
  screen.getByText(/It works once, within a week/);
  await user.click(screen.getByRole("button", { name: "Copy" }));
  await screen.findByRole("button", { name: "Copied" });
  // As on a page without TLS.
  Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
  await user.click(screen.getByRole("button", { name: "Copied" }));
  await screen.findByText(/It is selected: press Ctrl\+C/);
  expect(window.getSelection()?.toString()).toBe(link);
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(screen.queryByText(/token=xyz/)).toBeNull();
});

it("asks before a key is revoked", async () => {
  const key = { id: "k1", name: "judge of the lab", prefix: "tb_", scope: "judge", last_used_at: null };
  const row = { ...key, created_at: "2026-01-01T00:00:00Z", expires_at: null, revoked_at: null };
  const asked = serve({
    ...base,
    "GET /api/v1/users": () => ({ items: [], next_cursor: null }),
    "GET /api/v1/api-keys": () => ({ items: [row], next_cursor: null }),
    "DELETE /api/v1/api-keys/k1": () => null,
  });
  const { user } = open("/people");
  const revoked = () => asked.filter(({ method }) => method === "DELETE");
  await user.click(await screen.findByRole("button", { name: "Revoke judge of the lab" }));
  await user.click(await screen.findByRole("button", { name: "Keep it" }));
  expect(revoked()).toHaveLength(0);
  await user.click(screen.getByRole("button", { name: "Revoke judge of the lab" }));
  await user.click(await screen.findByRole("button", { name: "Revoke" }));
  await waitFor(() => expect(revoked()).toHaveLength(1));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

it("asks before a round is closed, and says there why it was not", async () => {
  const round = {
    id: "r1",
    project_id: "p1",
    number: 3,
    status: "open",
    config: project.round,
    rule_used: "entropy",
    funnel: {},
    slots: 64,
    labelled: 5,
    done: 10,
    total: 10,
    created_at: "2026-01-01T00:00:00Z",
  };
  const asked = serve({
    ...base,
    "GET /api/v1/rounds/r1": () => round,
    "GET /api/v1/rounds/r1/scores": () => json(null, 200),
    "GET /api/v1/rounds/r1/pairs": () => ({ items: [], next_cursor: null }),
    "POST /api/v1/rounds/r1/close": () => problem(409, "The round is closed already."),
  });
  const { user } = open("/projects/p1/rounds/r1");
  await user.click(await screen.findByRole("button", { name: "Close the round" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Close round 3?" }));
  dialog.getByText(/^5 of 64 labels are there/);
  expect(asked.some(({ method }) => method === "POST")).toBe(false);
  await user.click(dialog.getByRole("button", { name: "Close the round" }));
  await dialog.findByText("The round is closed already.");
});
