// The admin's lists through the real router: what is asked of the service, and what a row opens.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import { queryClient } from "@/api/client";

import { open } from "./open";
import { losses, project, rules } from "./project";
import { type Asked, json, problem, serve, session } from "./service";

const page = (items: object[]) => ({ items, next_cursor: null });
const label = {
  id: "l1",
  pair_id: "x",
  verdict: "preferred",
  winner: "left",
  strength: 2,
  skip_reason: null,
  comment: "left is kind",
  disposition: "counted",
  supersedes_id: null,
  created_at: "2026-01-01T00:00:00Z",
  author: "ben",
  arm: "control",
  round_number: 3,
  time_on_task_ms: 4200,
  prompt: "How do I descale a kettle?",
  is_undone: false,
};
const completion = { token_count: 4, logprob: -1, reference_logprob: -1, finish_reason: "stop" };
const base = {
  "GET /api/v1/auth/session": () => session("admin"),
  "GET /api/v1/projects/p1": () => project,
  "GET /api/v1/projects/p1/overview": () => ({ labels: 12 }),
  "GET /api/v1/projects/p1/rounds": () => page([]),
  "GET /api/v1/users": () => page([{ id: "u1", username: "ben", role: "annotator", is_active: true }]),
  "GET /api/v1/api-keys": () => page([]),
  "GET /api/v1/rules": () => rules,
  "GET /api/v1/losses": () => losses,
};
const lastOf = (asked: Asked[], ending: string) => asked.findLast(({ path }) => path.endsWith(ending))?.query;

it("narrows, searches and sorts labels on the service, and keeps that in the address", async () => {
  const asked = serve({ ...base, "GET /api/v1/projects/p1/labels": () => page([label]) });
  const { user } = open("/projects/p1/labels?verdict=preferred&by=user:u1&verdict2=x&arm=nonsense");
  await screen.findByText("Left much better");
  expect(Object.fromEntries(lastOf(asked, "/labels") ?? [])).toEqual({
    verdict: "preferred",
    user_id: "u1",
    sort: "newest",
  });
  await user.type(screen.getByLabelText("Search"), "kind");
  await waitFor(() => expect(lastOf(asked, "/labels")?.get("search")).toBe("kind"));
  await user.click(screen.getByRole("button", { name: "Time, s" }));
  await waitFor(() => expect(lastOf(asked, "/labels")?.get("sort")).toBe("slowest"));
  expect(screen.getByRole("columnheader", { name: /Time, s/ }).getAttribute("aria-sort")).toBe("descending");
  await user.click(screen.getByRole("button", { name: "Show all" }));
  await waitFor(() => expect(Object.fromEntries(lastOf(asked, "/labels") ?? [])).toEqual({ sort: "newest" }));
});

it("opens the whole pair of a label, on the sides its author saw", async () => {
  serve({
    ...base,
    "GET /api/v1/projects/p1/labels": () => page([label]),
    "GET /api/v1/labels/l1": () => ({
      ...label,
      left_is: "b",
      guideline_version: 2,
      pair: {
        prompt: { content: "How do I descale a kettle?" },
        completion_a: { ...completion, id: "a", text: "No idea." },
        completion_b: { ...completion, id: "b", text: "With vinegar." },
      },
    }),
  });
  const { user } = open("/projects/p1/labels");
  await user.click(await screen.findByRole("button", { name: "How do I descale a kettle?" }));
  const left = await screen.findByRole("region", { name: "Left answer" });
  expect(left.textContent).toContain("With vinegar.");
  expect(left.textContent).toContain("better");
  expect(screen.getByRole("region", { name: "Right answer" }).textContent).not.toContain("better");
});

const kettle = {
  id: "q1",
  content: "A kettle",
  split: "train",
  external_id: null,
  details: {},
  problem: null,
  withdrawn_at: null,
  created_at: "2026-01-01T00:00:00Z",
};

it("takes a prompt out of the pool", async () => {
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1/prompts": () => page([kettle]),
    "PATCH /api/v1/prompts/q1": () => kettle,
  });
  const { user } = open("/projects/p1/prompts");
  await user.click(await screen.findByRole("button", { name: "Change A kettle" }));
  await user.click(await screen.findByRole("menuitem", { name: "Take out of the pool" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ is_withdrawn: true }));
});

it("says at its row why a prompt cannot be moved", async () => {
  serve({
    ...base,
    "GET /api/v1/projects/p1/prompts": () => page([kettle]),
    "PATCH /api/v1/prompts/q1": () => problem(409, "It was asked about."),
  });
  const { user } = open("/projects/p1/prompts");
  await user.click(await screen.findByRole("button", { name: "Change A kettle" }));
  await user.click(await screen.findByRole("menuitem", { name: "Move to eval" }));
  const row = screen.getByRole("row", { name: /A kettle/ });
  await within(row).findByText("Not changed: It was asked about.");
  expect(screen.getAllByRole("alert")).toHaveLength(1);
});

it("tells what a column means to whoever comes to its heading by Tab", async () => {
  serve(base);
  const { user } = open("/people");
  await screen.findByRole("table", { name: "People" });
  for (let step = 0; step < 40 && document.activeElement?.textContent !== "Today"; step++) await user.tab();
  await screen.findByText("Labels since midnight UTC");
});

it("shows what people labelled and their pace, and pauses one", async () => {
  const ben = { id: "u1", username: "ben", role: "annotator", is_active: true, is_paused: false };
  const eve = { ...ben, id: "u2", username: "eve" };
  const work = { labels: 1234, labels_today: 12, labels_per_hour: 128.6, median_seconds: 9.5 };
  let answering: Promise<void> = Promise.resolve();
  let goOn = () => {};
  const asked = serve({
    ...base,
    "GET /api/v1/users": (_: never, { url }: Request) =>
      url.includes("sort=most_labels")
        ? page([eve, ben])
        : url.includes("cursor=u1")
          ? page([eve])
          : { ...page([ben]), next_cursor: "u1" },
    "GET /api/v1/users/work": async (_: never, { url }: Request) => {
      await answering;
      const ids = new URL(url).searchParams.getAll("user_id");
      return json(ids.map((user_id) => ({ ...work, user_id, last_label_at: null })));
    },
    "PATCH /api/v1/users/u1": () => ({ ...ben, is_paused: true }),
  });
  const { user } = open("/people");
  const table = await screen.findByRole("table", { name: "People" });
  await waitFor(() => expect(table.textContent).toContain("121,2341299.5"));
  await user.click(screen.getByRole("button", { name: "Show more" }));
  const last = await screen.findByRole("row", { name: /^eve/ });
  await waitFor(() => expect(last.textContent).toContain("121,2341299.5"));
  answering = new Promise((resolve) => (goOn = resolve));
  await user.click(within(table).getByRole("button", { name: /^Labels/ }));
  await waitFor(() => expect(within(table).getAllByRole("row")[1]?.textContent).toMatch(/^eve/));
  // What is known of them stays while it is asked for anew.
  expect(within(table).getAllByRole("row")[1]?.textContent).toContain("121,2341299.5");
  goOn();
  await user.selectOptions(screen.getByLabelText("State"), "Active");
  await waitFor(() => {
    const query = lastOf(asked, "/users");
    expect([query?.get("sort"), query?.get("state")]).toEqual(["most_labels", "active"]);
  });
  await user.click(within(table).getByRole("button", { name: "Change ben" }));
  await user.click(await screen.findByRole("menuitem", { name: "Pause: no new pairs" }));
  await waitFor(() => expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ is_paused: true }));
});

it("looks for a project by its name where there are more than fit one page", async () => {
  const rows = Array.from({ length: 50 }, (_, at) => ({ ...project, id: `p${at}`, name: `Helper ${at}` }));
  const asked = serve({
    ...base,
    "GET /api/v1/projects": (_: never, { url }: Request) => page(url.includes("search=") ? rows.slice(7, 8) : rows),
  });
  const { user } = open("/projects");
  await user.type(await screen.findByLabelText("Search"), "7");
  await waitFor(() => expect(document.querySelectorAll("tbody tr")).toHaveLength(1));
  expect(lastOf(asked, "/projects")?.get("search")).toBe("7");
  await user.clear(screen.getByLabelText("Search"));
  await waitFor(() => expect(document.querySelectorAll("tbody tr")).toHaveLength(50));
  expect(document.activeElement).toBe(screen.getByLabelText("Search"));
});

it("tells chats with one system prompt apart by what was asked last", async () => {
  const system = { role: "system", content: "You are terse. ".repeat(40) };
  const chat = (...turns: string[]) => [
    system,
    ...turns.map((content, place) => ({ role: place % 2 === 0 ? "user" : "assistant", content })),
  ];
  const rows = [chat("Who wrote it?", "Homer.", "Really?"), chat("What is a lease?")].map((content, place) => ({
    id: `q${place}`,
    content,
    split: "train",
    problem: null,
    withdrawn_at: null,
  }));
  serve({ ...base, "GET /api/v1/projects/p1/prompts": () => page(rows) });
  open("/projects/p1/prompts");
  await screen.findByRole("button", { name: /^Really\? ⏎ You are terse\./ });
  screen.getByRole("button", { name: /^What is a lease\? ⏎ You are terse\./ });
});

it("shows the audit log of the whole installation, by person and by day", async () => {
  const event = {
    id: "e1",
    action: "user.create",
    user_id: "u1",
    api_key_id: null,
    author: "ben",
    project_id: null,
    project_name: null,
    subject_id: "u2",
    subject: "eve",
    details: { username: "eve", role: "admin" },
    created_at: "2026-01-01T00:00:00Z",
  };
  const asked = serve({ ...base, "GET /api/v1/audit": () => page([event]) });
  open("/audit?who=user:u1&what=user.create&from=2026-01-01&to=2026-01-02");
  const row = within(await screen.findByRole("table", { name: "Audit log" })).getAllByRole("row")[1];
  expect(row?.textContent).toContain("benPerson createdeve–role: admin");
  const query = lastOf(asked, "/audit");
  expect([query?.get("user_id"), query?.get("action")]).toEqual(["u1", "user.create"]);
  const day = 86_400_000;
  expect(Date.parse(query?.get("until") ?? "") - Date.parse(query?.get("since") ?? "")).toBe(2 * day);
});

it("saves the settings that were changed here, and nothing else; pausing is done at once", async () => {
  const asked = serve({ ...base, "PATCH /api/v1/projects/p1": (change: object) => ({ ...project, ...change }) });
  const { user } = open("/projects/p1/settings");
  await user.type(await screen.findByLabelText(/^Guideline/), "Be kind.");
  await user.click(within(screen.getByRole("region", { name: "Project" })).getByRole("button", { name: "Save" }));
  await screen.findByText("Saved.");
  await user.click(screen.getByRole("switch", { name: /^Pause labelling/ }));
  const sent = () => asked.filter(({ method }) => method === "PATCH").map(({ body }) => body);
  await expect.poll(sent).toEqual([{ guideline: "Be kind.", guideline_version: 1 }, { is_paused: true }]);
});

it("no longer says saved once a default is edited again", async () => {
  serve({ ...base, "PATCH /api/v1/projects/p1": () => project });
  const { user } = open("/projects/p1/settings");
  const rounds = within(await screen.findByRole("region", { name: "Defaults of rounds" }));
  await user.click(await rounds.findByRole("button", { name: "Save" }));
  await rounds.findByText("Saved.");
  await user.type(rounds.getByLabelText(/^Pairs to open/), "1");
  await waitFor(() => expect(rounds.queryByText("Saved.")).toBeNull());
});

it("saves the defaults that were changed here over what others saved meanwhile, and shows theirs then", async () => {
  let stored: typeof project = project;
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1": () => stored,
    "PATCH /api/v1/projects/p1": ({ round }: { round: Partial<typeof project.round> }) =>
      (stored = { ...stored, round: { ...stored.round, ...round } }),
  });
  const { user } = open("/projects/p1/settings");
  const rounds = within(await screen.findByRole("region", { name: "Defaults of rounds" }));
  const share = await rounds.findByLabelText(/^Control share/);
  const save = async (value: string) => {
    await user.clear(share);
    await user.type(share, value);
    await user.click(rounds.getByRole("button", { name: "Save" }));
    await rounds.findByText("Saved.");
  };
  // The rule of the other is shown as it is stored: it brings nothing with it, as one chosen here would.
  stored = { ...project, round: { ...project.round, labels: 77, rule: "auto" } };
  await save("0.5");
  const sent = () => asked.filter(({ method }) => method === "PATCH").map(({ body }) => body);
  expect(sent()).toEqual([{ round: { control_share: 0.5 } }]);
  expect(rounds.getByLabelText(/^Pairs to open/)).toHaveProperty("value", "77");
  expect(rounds.getByLabelText(/^Completions per prompt/)).toHaveProperty("value", "2");
  // Somebody saves another value after this one was saved: nothing here is unsaved.
  stored = { ...stored, round: { ...stored.round, control_share: 0.1 } };
  await queryClient.refetchQueries({ queryKey: ["project", "p1"] });
  expect(rounds.queryByText("Not saved yet")).toBeNull();
});

it("saves with another loss the learning rate that suits it", async () => {
  const asked = serve({ ...base, "PATCH /api/v1/projects/p1": () => project });
  const { user } = open("/projects/p1/settings");
  const training = within(await screen.findByRole("region", { name: "Defaults of training runs" }));
  const choose = async (loss: RegExp) => {
    await user.click(await training.findByRole("combobox", { name: /^Loss/ }));
    await user.click(await screen.findByRole("option", { name: loss, hidden: true }));
  };
  await choose(/^SFT/);
  await choose(/^DPO$/);
  expect(training.getByLabelText(/^Learning rate/)).toHaveProperty("value", "5e-7"); // what is stored with it
  await choose(/^SFT/);
  await user.click(training.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.findLast(({ method }) => method === "PATCH")?.body).toEqual({
      training: { loss: "sft", learning_rate: 1e-5 },
    }),
  );
});

it("keeps what is typed into the evaluation settings while they are saved, as not saved yet", async () => {
  let stored = { ...project, evaluation: { ...project.evaluation, max_new_tokens: 128, temperature: 0.7, seed: 0 } };
  let finish = () => {};
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1": () => stored,
    "PATCH /api/v1/projects/p1": async ({ evaluation }: { evaluation: object }) => {
      stored = { ...stored, evaluation: { ...stored.evaluation, ...evaluation } };
      await new Promise<void>((resolve) => (finish = resolve));
      return stored;
    },
  });
  const { user } = open("/projects/p1/settings");
  const box = within(await screen.findByRole("region", { name: "Evaluation" }));
  const type = async (value: string) => {
    await user.clear(box.getByLabelText(/^Seed/));
    await user.type(box.getByLabelText(/^Seed/), value);
  };
  const sent = () => asked.filter(({ method }) => method === "PATCH").map(({ body }) => body);
  await type("5");
  await user.click(box.getByRole("button", { name: "Save" }));
  await expect.poll(sent).toEqual([{ evaluation: { seed: 5 } }]);
  await type("99");
  finish();
  const save = box.getByRole("button", { name: "Save" });
  await waitFor(() => expect(save.hasAttribute("data-loading")).toBe(false));
  box.getByText("Not saved yet");
  expect(box.getByLabelText(/^Seed/)).toHaveProperty("value", "99");
  // The margin alone was changed: the judge is the one that somebody else named meanwhile.
  stored = { ...stored, evaluation: { ...stored.evaluation, judge: { model: "a/judge", tie_margin: 0 } as never } };
  await queryClient.refetchQueries({ queryKey: ["project", "p1"] });
  await user.type(box.getByLabelText(/^Margin of a tie/), ".5");
  await user.click(save);
  const judge = { kind: "reward_model", model: "a/judge", tie_margin: 0.5 };
  await expect.poll(() => sent()[1]).toEqual({ evaluation: { seed: 99, judge } });
  finish();
  await box.findByText("Saved.");
});

it("says once why a schedule was refused", async () => {
  const message = "is not a cron expression";
  const errors = [{ field: "retrain_cron", message }];
  serve({ ...base, "PATCH /api/v1/projects/p1": () => problem(422, `retrain_cron: ${message}`, { errors }) });
  const { user } = open("/projects/p1/settings");
  await user.type(await screen.findByLabelText(/^Retrain by schedule/), "daily");
  await user.click(within(screen.getByRole("region", { name: "Project" })).getByRole("button", { name: "Save" }));
  expect(await screen.findAllByText(/is not a cron expression/)).toHaveLength(1);
});

it("offers everybody to narrow labels by, beyond the first page of people", async () => {
  const eve = { id: "u2", username: "eve", role: "annotator", is_active: true };
  serve({
    ...base,
    "GET /api/v1/projects/p1/labels": () => page([]),
    "GET /api/v1/users": (_: never, { url }: Request) =>
      url.includes("cursor=u1") ? page([eve]) : { ...page([{ ...eve, id: "u1", username: "ben" }]), next_cursor: "u1" },
  });
  open("/projects/p1/labels");
  await screen.findByRole("option", { name: "eve" });
});

it("shows an empty search field again when everything is shown, and sorting is no filter", async () => {
  serve({ ...base, "GET /api/v1/projects/p1/labels": () => page([]) });
  const { user } = open("/projects/p1/labels?search=rude&sort=oldest");
  const field = await screen.findByLabelText("Search");
  expect(field).toHaveProperty("value", "rude");
  await user.click(screen.getByRole("button", { name: "Show all" }));
  await expect.poll(() => field).toHaveProperty("value", "");
  await expect.poll(() => screen.queryByRole("button", { name: "Show all" })).toBeNull();
});

it("asks before unsaved settings are left", async () => {
  serve({ ...base, "GET /api/v1/projects/p1/audit": () => page([]) });
  const { user, where } = open("/projects/p1/settings");
  const name = await screen.findByLabelText(/^Name/);
  await user.type(name, "!");
  await screen.findByText("Not saved yet");
  await user.click(screen.getByRole("link", { name: "Audit log" }));
  await screen.findByText("Leave without saving?");
  await user.click(screen.getByRole("button", { name: "Stay" }));
  expect(where()).toBe("/projects/p1/settings");
  await user.click(screen.getByRole("link", { name: "Audit log" }));
  await user.click(await screen.findByRole("button", { name: "Leave, drop the changes" }));
  await expect.poll(where).toBe("/projects/p1/audit");
});
