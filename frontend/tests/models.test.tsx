// Models, the playground and runs through the real router: what is shown of them, and what is sent.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import { whyInShort } from "@/admin/whyThisPair";
import type { Pair, SamplingCreate } from "@/api/types";

import { open } from "./open";
import { base, overview, page, reference, project, run, trained, version } from "./rows";
import { json, problem, serve } from "./service";

it("shows where each model came from and how it compares, and rolls back after saying what that does", async () => {
  let policy: object = { ...version, id: "m1", number: 1 };
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1": () => ({ ...project, policy }),
    "GET /api/v1/projects/p1/overview": () => ({ ...overview, previous_policy: policy === version ? null : version }),
    "POST /api/v1/models/m0/promote": () => {
      policy = version;
      return { ...project, policy };
    },
  });
  const { user } = open("/projects/p1/models");
  await screen.findByText("64 labels, 01234567");
  screen.getByText("52.0 to 67.0");
  screen.getByText("13.80 before");
  expect(screen.getByText("Run 1").getAttribute("href")).toBe("/projects/p1/training/t1");
  await user.click(await screen.findByText("Roll back to model 0"));
  const dialog = await screen.findByRole("dialog");
  within(dialog).getByText(/Model 0 samples the next rounds in the place of model 1/);
  expect(asked.some(({ path }) => path.endsWith("/promote"))).toBe(false);
  await user.click(within(dialog).getByText("Roll back"));
  await expect.poll(() => screen.queryByText("Roll back to model 0")).toBeNull();
});

it("says why an evaluation was not started", async () => {
  serve({
    ...base,
    "POST /api/v1/projects/p1/evaluations": () => problem(409, "There are no eval prompts."),
  });
  const { user } = open("/projects/p1/models");
  await user.click(await screen.findByRole("button", { name: "Evaluate model 1" }));
  await screen.findByText("There are no eval prompts.");
});

it("asks two models in the playground and shows their answers as text", async () => {
  const answered = {
    id: "s1",
    project_id: "p1",
    left_version_id: "m0",
    right_version_id: "m1",
    content: [{ role: "user", content: "How do I descale a kettle?" }],
    config: { temperature: 0.7, max_new_tokens: 128, samples: 1, seed: 0 },
    status: "succeeded",
    done: 2,
    total: 2,
    error: null,
    results: {
      left: [{ text: "<img src=x onerror=alert(1)>", tokens: 9, finish_reason: "stop" }],
      right: [{ text: "With *vinegar*.", tokens: 4, finish_reason: "length" }],
    },
    created_at: "2026-01-01T00:00:00Z",
  };
  let samplings: object[] = [];
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1/samplings": () => page(...samplings),
    "GET /api/v1/samplings/s1": () => answered,
    "POST /api/v1/projects/p1/samplings": () => {
      const { id, left_version_id, right_version_id, status, created_at } = answered;
      samplings = [{ id, left_version_id, right_version_id, status, created_at, prompt: "How do I descale a kettle?" }];
      return json({ ...answered, status: "queued", results: { left: [], right: [] } }, 202);
    },
    "DELETE /api/v1/samplings/s1": () => {
      samplings = [];
      return null;
    },
  });
  const { user } = open("/projects/p1/playground");
  await user.type(await screen.findByLabelText(/^User/), "How do I descale a kettle?");
  await user.click(screen.getByRole("button", { name: "Sample" }));
  const right = await screen.findByRole("region", { name: "Answers of Model 1" });
  within(right).getByText("vinegar");
  within(right).getByText("4 tokens, cut at the longest answer");
  expect(document.querySelector("img")).toBeNull();
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({
    left_version_id: "m0",
    right_version_id: "m1",
    content: [{ role: "user", content: "How do I descale a kettle?" }],
    config: { temperature: 0.7, max_new_tokens: 128, samples: 1, seed: 0 },
  });
  const prompt = () => screen.getByLabelText<HTMLTextAreaElement>(/^User/);
  await user.type(prompt(), " And a");
  const requests = () => asked.filter(({ method }) => method === "POST").map(({ body }) => body as SamplingCreate);
  // The row keeps its own seed, and is asked again with another one each time.
  for (const amount of [2, 3]) {
    await user.click(screen.getByRole("button", { name: "Ask again" }));
    await waitFor(() => expect(requests()).toHaveLength(amount));
    await waitFor(() => expect(screen.getByRole("button", { name: "Ask again" })).toHaveProperty("disabled", false));
  }
  const seeds = requests().map(({ config }) => config.seed);
  expect(new Set(seeds).size).toBe(3);
  expect(requests()).toEqual(seeds.map((seed) => ({ ...requests()[0], config: { ...requests()[0]?.config, seed } })));
  expect(prompt().value).toBe("How do I descale a kettle? And a");
  await user.click(screen.getByRole("button", { name: "Delete" }));
  await screen.findByText("Nothing was asked yet.");
});

it("shows a stopped run's log and that resuming goes on from its checkpoint", async () => {
  const stopped = { ...run, status: "cancelled", done: 12, model_version_id: null };
  const asked = serve({
    ...base,
    "GET /api/v1/training-runs/t1": () => stopped,
    "GET /api/v1/training-runs/t1/metrics": () => json([{ step: 1, values: { loss: 0.69 } }]),
    "GET /api/v1/training-runs/t1/log": () => new Response("Step 12 of 48: loss 0.61.\n"),
    "POST /api/v1/training-runs/t1/retry": () => json({ ...stopped, status: "queued" }, 202),
  });
  const { user } = open("/projects/p1/training/t1");
  await screen.findByText(/stopped after 12 of 48 steps. Resuming goes on from its last checkpoint/);
  await screen.findByText(/Step 12 of 48: loss 0.61/);
  await user.click(screen.getByRole("button", { name: "Resume" }));
  await screen.findByText(/The run is queued/);
  expect(asked.filter(({ path }) => path.endsWith("/retry"))).toHaveLength(1);
});

it("compares the two runs of its address and marks what differs", async () => {
  const other = { ...run, id: "t2", number: 2, config: { ...run.config, loss: "simpo", beta: null }, label_count: 64 };
  serve({
    ...base,
    "GET /api/v1/projects/p1/training-runs": () => page(other, run),
    "GET /api/v1/training-runs/t1": () => run,
    "GET /api/v1/training-runs/t2": () => other,
    "GET /api/v1/training-runs/:id/metrics": () => json([{ step: 1, values: { loss: 0.69 } }]),
  });
  open("/projects/p1/training/compare?a=t1&b=t2");
  await screen.findByText("2 differences, marked.");
  const marked = [...document.querySelectorAll("mark")].map(({ textContent }) => textContent);
  expect(marked).toEqual(["DPO", "SimPO, no reference", "0.1", "the loss's default"]);
  await screen.findByText("Run 2: Loss");
  // Both rows' runs name the one model.
  expect(await screen.findAllByText("13.80 before")).toHaveLength(2);
});

it("shows the figure that matters and the next step on the overview", async () => {
  serve({
    ...base,
    "GET /api/v1/projects/p1/overview": () => ({ ...overview, labels: 64, newest_model: trained }),
    "GET /api/v1/projects/p1/gain": () => ({
      models: [
        {
          model_version_id: "m1",
          number: 1,
          labels: 64,
          judged: 200,
          win_rate: 0.6,
          win_rate_low: 0.52,
          win_rate_high: 0.67,
        },
      ],
      arms: [],
    }),
  });
  open("/projects/p1");
  const next = await screen.findByText("Promote model 1");
  expect(next.closest("a")?.getAttribute("href")).toBe("/projects/p1/models");
  await screen.findByRole("figure", { name: /^Win-rate against the reference/ });
  screen.getByText("Labels that contradicted the model");
  screen.getByText(/no curve of random choice alone/);
});

it("says why rows of a style cannot be exported, in the place of the downloads", async () => {
  const why = "Prompts of this project are lists of messages.";
  serve({
    ...base,
    "GET /api/v1/projects/p1/gain": () => ({ models: [], arms: [] }),
    "GET /api/v1/projects/p1/export": (_: never, { url }: Request) =>
      url.includes("style=standard") ? problem(422, why) : new Response("{}"),
  });
  const { user } = open("/projects/p1");
  const choose = async (style: string) => {
    await user.click(await screen.findByRole("combobox", { name: "Rows" }));
    await user.click(await screen.findByRole("option", { name: style, hidden: true }));
  };
  await choose("Plain text rows");
  await screen.findByText(why);
  expect(screen.queryByText("Download CSV")).toBeNull();
  await choose("Conversational rows");
  const csv = await screen.findByText("Download CSV");
  expect(csv.closest("a")?.getAttribute("href")).toContain("style=conversational");
});

it.each([
  [1, "the highest score of 51 chosen"],
  [2, "2nd highest score of 51 chosen"],
  [11, "11th highest score of 51 chosen"],
  [23, "23rd highest score of 51 chosen"],
])("says of the pair of rank %d that it has %s", (rank, words) => {
  expect(whyInShort({ arm: "active", rank } as Pair, 51)).toBe(words);
});

it("says of a run that has not counted its steps nothing that its state contradicts", async () => {
  const starting = { ...run, status: "running", done: 0, total: 0, finished_at: null, model_version_id: null };
  serve({
    ...base,
    "GET /api/v1/training-runs/t1": () => starting,
    "GET /api/v1/training-runs/t1/metrics": () => json([]),
    "GET /api/v1/training-runs/t1/log": () => new Response(""),
  });
  open("/projects/p1/training/t1");
  const label = await screen.findByText("The run is running");
  expect(label.parentElement?.textContent).toBe("The run is running");
});

it.each([
  ["nothing", {}, "filled"],
  ["an interval above one half", { win_rate: 0.6, win_rate_low: 0.52, win_rate_high: 0.67 }, "filled"],
  ["an interval around one half", { win_rate: 0.6, win_rate_low: 0.48, win_rate_high: 0.7 }, "default"],
  ["a defeat", { win_rate: 0.4, win_rate_low: 0.34, win_rate_high: 0.46 }, "default"],
])("offers to promote a new model, where its evaluation says %s", async (_, results, variant) => {
  serve({ ...base, "GET /api/v1/projects/p1/models": () => page({ ...trained, results }, reference) });
  open("/projects/p1/models");
  const promote = await screen.findByRole("button", { name: "Promote model 1" });
  expect(promote.getAttribute("data-variant")).toBe(variant);
});
