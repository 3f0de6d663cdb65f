// The admin's pages for annotators: the practice set, and the flags.
import { screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";

import type { PracticePair } from "@/api/types";

import { open } from "./open";
import { project } from "./project";
import { json, problem, serve, session } from "./service";

const pair = (number: number): PracticePair => ({
  id: `practice-${number}`,
  position: number,
  prompt: `Question ${number}`,
  left: "four",
  right: "five",
  verdict: "preferred",
  winner: "left",
  explanation: "Five is wrong.",
  created_at: "2026-01-01T00:00:00Z",
  answers: number === 1 ? 4 : 0,
  right_answers: number === 1 ? 3 : 0,
});

const admin = (more: Parameters<typeof serve>[0]) =>
  serve({
    "GET /api/v1/auth/session": () => session("admin"),
    "GET /api/v1/projects/p1": () => project,
    "GET /api/v1/projects/p1/practice": () => json([pair(1), pair(2)]),
    ...more,
  });

it("lists the practice set with how people did, and moves a pair", async () => {
  const asked = admin({ "PUT /api/v1/projects/p1/practice/order": () => null });
  const { user } = open("/projects/p1/practice");
  await screen.findByText("1. Question 1");
  screen.getByText("4 answers, 75 % right");
  screen.getByText("not answered yet");
  await user.click(screen.getByRole("button", { name: "Down practice pair 1" }));
  await waitFor(() =>
    expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({ ids: ["practice-2", "practice-1"] }),
  );
});

it("takes a pair over into the practice set, and says why it was refused", async () => {
  let isRefused = true;
  const asked = admin({
    "GET /api/v1/pairs/pair-9": () => ({
      id: "pair-9",
      prompt: { content: "From a round" },
      completion_a: { text: "first" },
      completion_b: { text: "second" },
    }),
    "POST /api/v1/projects/p1/practice": () => {
      if (!isRefused) return json(pair(3), 201);
      isRefused = false;
      return problem(409, "A practice set has at most 50 pairs. Remove one first.");
    },
  });
  const { user, address } = open("/projects/p1/practice?pair=pair-9");
  expect((await screen.findByLabelText<HTMLTextAreaElement>(/^Prompt/)).value).toBe("From a round");
  await user.click(screen.getByRole("radio", { name: "2 is better" }));
  await user.type(screen.getByLabelText(/^Explanation/), "Because.");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("A practice set has at most 50 pairs. Remove one first.");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(address()).toBe("/projects/p1/practice"));
  expect(asked.findLast(({ method }) => method === "POST")?.body).toEqual({
    pair_id: "pair-9",
    prompt: "From a round",
    left: "first",
    right: "second",
    verdict: "preferred",
    winner: "right",
    explanation: "Because.",
  });
});

it("takes a flagged pair over on the sides where it was seen, and asks which answer is right", async () => {
  const asked = admin({
    "GET /api/v1/pairs/pair-9": () => ({
      id: "pair-9",
      prompt: { content: "From a round" },
      completion_a: { text: "first" },
      completion_b: { text: "second" },
    }),
    "POST /api/v1/projects/p1/practice": () => json(pair(3), 201),
  });
  const { user } = open("/projects/p1/practice?pair=pair-9&left=b");
  expect((await screen.findByLabelText<HTMLTextAreaElement>("Answer 1")).value).toBe("second");
  expect(screen.getByLabelText<HTMLTextAreaElement>("Answer 2").value).toBe("first");
  await user.type(screen.getByLabelText(/^Explanation/), "Because.");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(asked.some(({ method }) => method === "POST")).toBe(false);
  await user.click(screen.getByRole("radio", { name: "1 is better" }));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(asked.find(({ method }) => method === "POST")?.body).toMatchObject({ left: "second", winner: "left" }),
  );
});

const flag = {
  id: "flag-1",
  pair_id: "pair-9",
  author: "ann",
  reason: "Cut off",
  prompt: "What is it?",
  left: "It is",
  right: "It is that.",
  left_is: "b",
  round_number: 2,
  state: "open",
  resolved_at: null,
  resolved_by: null,
  created_at: "2026-01-01T00:00:00Z",
};

it("shows open flags with their pairs, and resolves one", async () => {
  const other = { ...flag, id: "flag-2", reason: "Rude" };
  let isOpen = true;
  admin({
    "GET /api/v1/projects/p1/flags": () => ({ items: isOpen ? [flag, other] : [other], next_cursor: null }),
    "POST /api/v1/flags/flag-1/resolve": () => {
      isOpen = false;
      return { ...flag, state: "resolved" };
    },
  });
  const { user } = open("/projects/p1/flags");
  const box = within(await screen.findByRole("article", { name: "Flag: Cut off" }));
  box.getByText("It is that.");
  expect(box.getByRole("link", { name: "Use for practice" }).getAttribute("href")).toBe(
    "/projects/p1/practice?pair=pair-9&left=b",
  );
  await user.click(box.getByRole("button", { name: "Resolve" }));
  await waitFor(() => expect(screen.queryByRole("article", { name: "Flag: Cut off" })).toBeNull());
  expect(document.activeElement).toBe(screen.getByRole("article", { name: "Flag: Rude" }));
});

it("says who resolved a flag", async () => {
  const resolved = { ...flag, state: "resolved", resolved_at: "2026-01-01T00:00:00Z", resolved_by: "grace" };
  admin({ "GET /api/v1/projects/p1/flags": () => ({ items: [resolved], next_cursor: null }) });
  open("/projects/p1/flags?show=resolved");
  await screen.findByText(/^resolved .* by grace$/);
});

it("moves into the form of a pair, and asks before its unsaved text is dropped for another", async () => {
  admin({});
  const { user } = open("/projects/p1/practice");
  const edit = async (number: number) =>
    user.click(await screen.findByRole("button", { name: `Edit practice pair ${number}` }));
  const prompt = () => screen.getByLabelText<HTMLTextAreaElement>(/^Prompt/);
  await edit(1);
  expect(document.activeElement).toBe(prompt());
  await edit(2);
  expect(prompt().value).toBe("Question 2");
  await user.type(prompt(), "?");
  await edit(1);
  await user.click(await screen.findByRole("button", { name: "Stay" }));
  expect(prompt().value).toBe("Question 2?");
  await edit(1);
  await user.click(await screen.findByRole("button", { name: "Leave, drop the changes" }));
  expect(prompt().value).toBe("Question 1");
});

it("asks before the draft of a pair is dropped, by the page's own tab or by Cancel", async () => {
  admin({
    "GET /api/v1/pairs/pair-9": () => ({
      id: "pair-9",
      prompt: { content: "From a round" },
      completion_a: { text: "first" },
      completion_b: { text: "second" },
    }),
  });
  const { user, address } = open("/projects/p1/practice?pair=pair-9");
  const explanation = await screen.findByLabelText(/^Explanation/);
  await user.type(explanation, "Because.");
  await user.click(screen.getByRole("link", { name: "Practice" }));
  await user.click(await screen.findByRole("button", { name: "Stay" }));
  expect(address()).toBe("/projects/p1/practice?pair=pair-9");
  expect(explanation).toHaveProperty("value", "Because.");
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await user.click(await screen.findByRole("button", { name: "Stay" }));
  expect(explanation).toHaveProperty("value", "Because.");
  await user.click(screen.getByRole("link", { name: "Practice" }));
  await user.click(await screen.findByRole("button", { name: "Leave, drop the changes" }));
  await waitFor(() => expect(screen.queryByLabelText(/^Explanation/)).toBeNull());
  expect(address()).toBe("/projects/p1/practice");
  // Nothing was typed into this one: there is nothing to ask about.
  await user.click(screen.getByRole("button", { name: "Add a practice pair" }));
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(screen.queryByLabelText(/^Explanation/)).toBeNull());
});

it("removes a practice pair once that is confirmed", async () => {
  const asked = admin({ "DELETE /api/v1/practice/practice-1": () => null });
  const { user } = open("/projects/p1/practice");
  await user.click(await screen.findByRole("button", { name: "Remove practice pair 1" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Remove this practice pair?" }));
  dialog.getByText(/with it what people have answered/);
  expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
  await user.click(dialog.getByRole("button", { name: "Remove" }));
  await waitFor(() => expect(asked.some(({ method }) => method === "DELETE")).toBe(true));
});
