// Signing in, and who sees what.
import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";

import { queryClient } from "@/api/client";

import { open } from "./open";
import { json, problem, serve, session } from "./service";

const nobody = () => problem(401, "Sign in first.");

it("leads back to where one was after signing in", async () => {
  const person = session();
  const asked = serve({
    "GET /api/v1/auth/session": nobody,
    "POST /api/v1/auth/login": () => person,
    "GET /api/v1/annotate/projects": () => json([]),
  });
  const { user, where } = open("/annotate");
  await user.type(await screen.findByLabelText(/User name/), "ada");
  await user.type(screen.getByLabelText(/^Password/), "correct horse");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await screen.findByText(/no project to label yet/);
  expect(where()).toBe("/annotate");
  expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ username: "ada", password: "correct horse" });
});

it("says why a sign-in failed", async () => {
  serve({
    "GET /api/v1/auth/session": nobody,
    "POST /api/v1/auth/login": () => problem(401, "Wrong name or password."),
  });
  const { user } = open("/login");
  await user.type(await screen.findByLabelText(/User name/), "ada");
  await user.type(screen.getByLabelText(/^Password/), "nope");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await screen.findByText("Wrong name or password.");
});

it("signs in with a one-time link, once", async () => {
  const person = session();
  let answerLate: () => void = () => undefined;
  const asked = serve({
    // The question of who is signed in, asked before the link was used, is answered after it.
    "GET /api/v1/auth/session": () => new Promise((resolve) => (answerLate = () => resolve(nobody()))),
    "POST /api/v1/auth/link": () => person,
    "GET /api/v1/annotate/projects": () => json([]),
  });
  const { where } = open("/login?token=abc");
  await screen.findByText(/no project to label yet/);
  answerLate();
  await waitFor(() => expect(queryClient.isFetching()).toBe(0));
  screen.getByText(/no project to label yet/);
  expect(where()).toBe("/annotate");
  expect(asked.filter(({ path }) => path.endsWith("/link")).map(({ body }) => body)).toEqual([{ token: "abc" }]);
});

it("shows an annotator no admin page", async () => {
  const asked = serve({ "GET /api/v1/auth/session": () => session("annotator") });
  open("/projects");
  await screen.findByText("This page is for admins");
  expect(screen.queryByRole("link", { name: "Projects" })).toBeNull();
  expect(asked.some(({ path }) => path.startsWith("/api/v1/projects"))).toBe(false);
});
