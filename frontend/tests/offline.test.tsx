// Without a network: what is asked for fails at once and is not done later, and pages say what they show.
import { onlineManager } from "@tanstack/react-query";
import { act, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";

import { queryClient, SESSION_KEY } from "@/api/client";

import { open } from "./open";
import { losses, project, rules } from "./project";
import { base, overview } from "./rows";
import { serve, session } from "./service";

const UNREACHED = /The service could not be reached. Check the connection and try again./;
const noNetwork = () => {
  throw new TypeError("Failed to fetch");
};
const goOffline = () => act(() => onlineManager.setOnline(false));
const goOnline = () => act(() => onlineManager.setOnline(true));

afterEach(() => onlineManager.setOnline(true));

it("refuses at once to start a round, and does not start it when the network is back", async () => {
  const asked = serve({
    ...base,
    "GET /api/v1/projects/p1": () => project,
    "GET /api/v1/rules": () => rules,
    "GET /api/v1/losses": () => losses,
    "POST /api/v1/projects/p1/rounds": noNetwork,
  });
  const { user } = open("/projects/p1/rounds/new");
  await screen.findByLabelText(/^Control share/);
  goOffline();
  await user.click(screen.getByRole("button", { name: "Start the round" }));
  await screen.findByText(UNREACHED);
  const starts = () => asked.filter(({ method }) => method === "POST");
  const before = starts().length;
  goOnline();
  await screen.findByRole("button", { name: "Start the round" });
  expect(starts()).toHaveLength(before);
});

it("says that signing out did not work", async () => {
  serve({ ...base, "GET /api/v1/projects": () => ({ items: [project] }), "POST /api/v1/auth/logout": noNetwork });
  const { user } = open("/projects");
  const out = await screen.findByRole("button", { name: "Sign out" });
  goOffline();
  await user.click(out);
  await screen.findByText("You are still signed in");
  screen.getByText(UNREACHED);
});

it("says that it is offline in the place of what is not loaded yet, and goes on by itself", async () => {
  serve(base);
  queryClient.setQueryData(SESSION_KEY, session("admin"));
  queryClient.setQueryData(["project", "p1"], project);
  goOffline();
  open("/projects/p1/models");
  await screen.findByText("You are offline");
  goOnline();
  await screen.findByRole("table", { name: "Models" });
});

it("says since when a page was not refreshed, until it is again", async () => {
  let answering: () => object = () => overview;
  serve({
    ...base,
    "GET /api/v1/projects/p1/overview": () => answering(),
    "GET /api/v1/projects/p1/gain": () => ({ models: [], arms: [] }),
  });
  open("/projects/p1");
  await screen.findByText("Train prompts");
  expect(screen.queryByText(/^Not refreshed since/)).toBeNull();
  answering = noNetwork;
  await act(() => queryClient.refetchQueries({ queryKey: ["overview", "p1"] }));
  await screen.findByText(/^Not refreshed since/);
  screen.getByText(UNREACHED);
  screen.getByText("Train prompts");
  answering = () => overview;
  await act(() => queryClient.refetchQueries({ queryKey: ["overview", "p1"] }));
  await expect.poll(() => screen.queryByText(/^Not refreshed since/)).toBeNull();
});
