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

it("signs in with a one-time link, once, and a password can wait", async () => {
  const person = { ...session(), has_password: false, needs_current_password: false };
  let answerLate: () => void = () => undefined;
  const asked = serve({
    // The question of who is signed in, asked before the link was used, is answered after it.
    "GET /api/v1/auth/session": () => new Promise((resolve) => (answerLate = () => resolve(nobody()))),
    "POST /api/v1/auth/link": () => person,
    "GET /api/v1/annotate/projects": () => json([]),
  });
  const { user, where } = open("/login?token=abc");
  await user.click(await screen.findByRole("link", { name: "Not now" }));
  await screen.findByText(/no project to label yet/);
  answerLate();
  await waitFor(() => expect(queryClient.isFetching()).toBe(0));
  screen.getByText(/no project to label yet/);
  expect(where()).toBe("/annotate");
  expect(asked.filter(({ path }) => path.endsWith("/link")).map(({ body }) => body)).toEqual([{ token: "abc" }]);
});

it("sets a password after a one-time link", async () => {
  const person = { ...session(), has_password: false, needs_current_password: false };
  const asked = serve({
    "GET /api/v1/auth/session": nobody,
    "POST /api/v1/auth/link": () => person,
    "PUT /api/v1/auth/password": () => ({ ...person, has_password: true, needs_current_password: true }),
    "POST /api/v1/auth/logout": () => null,
  });
  const { user } = open("/login?token=abc");
  await user.type(await screen.findByLabelText(/New password/), "correct horse battery");
  expect(screen.queryByLabelText(/Current password/)).toBeNull();
  await user.click(screen.getByRole("button", { name: "Set the password" }));
  await screen.findByText("The password is set");
  expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({
    password: "correct horse battery",
    current_password: null,
  });
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  await screen.findByText("Sign in to Tiebreak");
});

it("changes a password with the current one, from the name in the header", async () => {
  const person = session();
  const asked = serve({
    "GET /api/v1/auth/session": () => person,
    "GET /api/v1/annotate/projects": () => json([]),
    "PUT /api/v1/auth/password": () => problem(422, "The current password is wrong. Nothing was changed."),
  });
  const { user } = open("/annotate");
  await user.click(await screen.findByRole("link", { name: "ada: your password" }));
  await user.type(await screen.findByLabelText(/Current password/), "nope");
  await user.type(screen.getByLabelText(/New password/), "correct horse battery");
  await user.click(screen.getByRole("button", { name: "Set the password" }));
  await screen.findByText("The current password is wrong. Nothing was changed.");
  const body = { password: "correct horse battery", current_password: "nope" };
  expect(asked.find(({ method }) => method === "PUT")?.body).toEqual(body);
});

it("warns somebody without a password before they sign out", async () => {
  const asked = serve({
    "GET /api/v1/auth/session": () => ({ ...session(), has_password: false, needs_current_password: false }),
    "GET /api/v1/annotate/projects": () => json([]),
  });
  const { user, where } = open("/annotate");
  await user.click(await screen.findByRole("button", { name: "Sign out" }));
  await screen.findByText(/only with a new one-time link from an admin/);
  expect(asked.some(({ path }) => path.endsWith("/logout"))).toBe(false);
  await user.click(screen.getByRole("link", { name: "Set a password first" }));
  await screen.findByLabelText(/New password/);
  expect(where()).toBe("/password");
});

it("shows an annotator no admin page", async () => {
  const asked = serve({ "GET /api/v1/auth/session": () => session("annotator") });
  open("/projects");
  await screen.findByText("This page is for admins");
  expect(screen.queryByRole("link", { name: "Projects" })).toBeNull();
  expect(asked.some(({ path }) => path.startsWith("/api/v1/projects"))).toBe(false);
});
