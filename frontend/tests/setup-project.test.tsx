// The set-up of a project through the real router: from nothing to the first pair, with every way it can go wrong.
import { screen } from "@testing-library/react";
import { expect, it } from "vitest";

import { open } from "./open";
import { base, overview, page, project, version } from "./rows";
import { type Asked, json, problem, serve } from "./service";

const bodiesOf = (asked: Asked[], path: string) =>
  asked.filter((one) => one.method === "POST" && one.path === path).map(({ body }) => body);

it("leads an admin without a project to the set-up, and says at once what is wrong with a model", async () => {
  const asked = serve({
    ...base,
    "GET /api/v1/projects": () => page(),
    "POST /api/v1/models/look": ({ model }: { model: string }) =>
      model === "/models/base"
        ? { source: model, is_folder: true, architecture: "LlamaForCausalLM", parameters: 12_000_000 }
        : problem(422, `There is no folder '${model}' on the server.`),
    "POST /api/v1/projects": () => json(project, 201),
  });
  const { user, where } = open("/");
  const model = await screen.findByRole("textbox", { name: /^Model/ });
  expect(where()).toBe("/projects/new");
  await user.type(model, "/nowhere");
  await screen.findByText("There is no folder '/nowhere' on the server.");
  await user.clear(model);
  await user.type(model, "/models/base");
  await screen.findByText("LlamaForCausalLM, 12.0 million parameters");
  await user.type(screen.getByLabelText(/^Name/), "Kitchen helper");
  await user.click(screen.getByText("Create the project"));
  await expect.poll(where).toBe("/projects/p1/setup");
  expect(bodiesOf(asked, "/api/v1/projects")).toEqual([
    { name: "Kitchen helper", model: "/models/base", guideline: "" },
  ]);
});

it("sets a project up on the sandbox with the settings that suit it", async () => {
  const asked = serve({ ...base, "POST /api/v1/projects": () => json(project, 201) });
  const { user } = open("/projects/new");
  await user.click(await screen.findByLabelText("The sandbox model"));
  await user.type(screen.getByLabelText(/^Name/), "Trial");
  await user.click(screen.getByText("Create the project"));
  await expect
    .poll(() => bodiesOf(asked, "/api/v1/projects"))
    .toEqual([
      {
        name: "Trial",
        model: "/sandbox/model",
        guideline: "Be kind.",
        round: { labels: 64 },
        training: { beta: 0.2 },
        evaluation: { judge: null },
      },
    ]);
});

it("takes another folder in the place of a model that cannot be used", async () => {
  const failed = { ...version, status: "failed", error: "It has no tokenizer." };
  let reference: object = failed;
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1": () => ({ ...project, reference }),
    "POST /api/v1/models/look": () => ({ source: "/models/other", is_folder: true, architecture: "Other" }),
    "POST /api/v1/models/m0/check": () => {
      reference = { ...version, status: "checking", source: "/models/other" };
      return json(reference, 202);
    },
  });
  const { user } = open("/projects/p1/setup");
  await screen.findByText("/models/base: It has no tokenizer.");
  const model = screen.getByRole("textbox", { name: /^Model/ });
  await user.clear(model);
  await user.type(model, "/models/other");
  await user.click(await screen.findByText("Check this one"));
  await screen.findByText("The model is being checked");
  expect(bodiesOf(asked, "/api/v1/models/m0/check")).toEqual([{ model: "/models/other" }]);
});

it("starts the first round with the defaults and leads to the first pair", async () => {
  let rounds: object[] = [];
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1/rounds": () => page(...rounds),
    "POST /api/v1/projects/p1/rounds": () => {
      rounds = [{ id: "r1", number: 1, status: "open", slots: 64, labelled: 0, done: 10, total: 10 }];
      return json(rounds[0], 202);
    },
  });
  const { user } = open("/projects/p1/setup");
  await screen.findByText("100 prompts to train on, 10 held out.");
  await user.click(screen.getByText("Continue"));
  await screen.findByText(/48 for the rule to choose, 16 drawn at random as a control/);
  await user.click(screen.getByRole("button", { name: "Start the first round" }));
  const first = await screen.findByText("Label the first pair");
  expect(first.closest("a")?.getAttribute("href")).toBe("/annotate/p1");
  expect(bodiesOf(asked, "/api/v1/projects/p1/rounds")).toEqual([null]);
});

it("promises no more pairs than there are prompts for", async () => {
  serve({
    ...base,
    "GET /api/v1/projects/p1/rounds": () => page(),
    "GET /api/v1/projects/p1/overview": () => ({ ...overview, train_prompts: 5, unused_prompts: 5 }),
  });
  const { user } = open("/projects/p1/setup");
  await user.click(await screen.findByText("Continue"));
  await screen.findByText(
    /prompts out of 5, and at most 5 pairs are opened.*0 for the rule to choose, 5 drawn at random/,
  );
  screen.getByText(/too few prompts for the 64 pairs.*import more prompts, or open fewer pairs/);
});

it("imports the sandbox's prompts where the project is on the sandbox model and has none", async () => {
  let train = 0;
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1": () => ({ ...project, reference: { ...version, source: "/sandbox/model" } }),
    "GET /api/v1/projects/p1/overview": () => ({ ...overview, train_prompts: train }),
    "GET /api/v1/sandbox/prompts": () => new Response('{"prompt": "a"}\n'),
    "POST /api/v1/projects/p1/prompts/import": () => {
      train = 1;
      return json({ prompts: 1, duplicates: 0, pairs: 0, labels: 0, refused: 0, errors: [] }, 201);
    },
  });
  const { user } = open("/projects/p1/setup");
  await user.click(await screen.findByText("Import the sandbox's prompts"));
  await screen.findByText(/^1 prompt to train on/);
  expect(bodiesOf(asked, "/api/v1/projects/p1/prompts/import")).toEqual(['{"prompt": "a"}\n']);
});
