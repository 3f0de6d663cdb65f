// Addresses: which page they open, what is kept of them over a sign-in, and what a broken page leaves standing.
import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";

import { readSearch, writeSearch } from "@/ui/address";
import { loadPart } from "@/ui/NotLoaded";
import { Stumbled } from "@/ui/Stumbled";

import { open } from "./open";
import { problem, serve, session } from "./service";

it("says so where there is no page", async () => {
  serve({ "GET /api/v1/auth/session": () => session("admin") });
  open("/projects/p1/nothing/here");
  await screen.findByRole("heading", { name: "There is no such page" });
});

it("leads back to the whole address after signing in", async () => {
  const person = session("admin");
  serve({
    "GET /api/v1/auth/session": () => problem(401, "Sign in first."),
    "POST /api/v1/auth/login": () => person,
  });
  const { user, address } = open("/nowhere?search=kettle+%26+cup");
  await user.type(await screen.findByLabelText(/User name/), "ada");
  await user.type(screen.getByLabelText(/^Password/), "correct horse");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await screen.findByRole("heading", { name: "There is no such page" });
  expect(address()).toBe("/nowhere?search=kettle+%26+cup");
});

it("shows the reason in the place of a page that breaks, and the ways on stay", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  serve({
    "GET /api/v1/auth/session": () => session("admin"),
    "GET /api/v1/projects/p1": () => ({ id: "p1", name: "Half a project" }),
  });
  open("/projects/p1");
  await screen.findByRole("heading", { name: "This page broke" });
  screen.getByRole("link", { name: "Annotate" });
});

it("keeps texts texts in an address, and leaves out what is empty", () => {
  expect(writeSearch({ token: "1e5", search: "a b", split: null, page: "" })).toBe("?token=1e5&search=a+b");
  expect(readSearch("?token=1e5&search=a+b")).toEqual({ token: "1e5", search: "a b" });
  expect(writeSearch({})).toBe("");
});

it("says so where a page cannot be loaded, which is no fault of the page", async () => {
  const missing = loadPart(() => Promise.reject(new TypeError("Failed to fetch dynamically imported module")));
  const error: unknown = await missing.catch((reason: unknown) => reason);
  render(<Stumbled error={error as Error} reset={() => undefined} />, { wrapper: MantineProvider });
  screen.getByRole("heading", { name: "This page could not be loaded" });
  screen.getByRole("button", { name: "Reload" });
});
