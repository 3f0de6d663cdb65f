// The annotate page through the real router, with the service stubbed at the network.
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { writeEntry } from "@/annotate/outboxStorage";
import type { LabelCreate } from "@/api/types";

import { open } from "./open";
import { labelsIn, outboxed, PROGRESS, serveQueue, shown, waitForClaimsAfter } from "./queue";
import { claimOf, label, problem, session } from "./service";

describe("labelling", () => {
  it("sends the side and strength that the key means, and shows the next pair at once", async () => {
    const asked = serveQueue(5);
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    for (const [keys, prompt] of [
      ["{ArrowLeft}", 2],
      ["{Shift>}{ArrowRight}{/Shift}", 3],
      ["t", 4],
      ["{ArrowDown}", 5],
    ] as const) {
      await user.keyboard(keys);
      await waitFor(() => expect(shown()).toBe(`Prompt number ${prompt}`));
    }
    await screen.findByText("Saved");
    await waitFor(() => expect(labelsIn(asked)).toHaveLength(4));
    expect(labelsIn(asked)).toMatchObject([
      { lease: "lease-1", verdict: "preferred", winner: "left", strength: 1 },
      { lease: "lease-2", verdict: "preferred", winner: "right", strength: 2 },
      { lease: "lease-3", verdict: "tie" },
      { lease: "lease-4", verdict: "both_bad" },
    ]);
    const keys = asked
      .filter(({ method, path }) => method === "POST" && path.endsWith("/labels"))
      .map(({ headers }) => headers.get("Idempotency-Key"));
    expect(new Set(keys).size).toBe(4);
    expect(asked.every(({ method, headers }) => method === "GET" || headers.get("X-CSRF-Token") === "csrf-1")).toBe(
      true,
    );
  });

  it("counts what was labelled itself, and asks the service for progress now and then only", async () => {
    const asked = serveQueue(5);
    const { user } = open("/annotate/p1");
    await screen.findByText("2 by you today");
    await user.keyboard("1");
    await screen.findByText("3 by you today");
    await user.keyboard("t");
    await screen.findByText("4 by you today");
    await screen.findByText("9 of 12 done");
    await user.keyboard("u");
    await screen.findByText("3 by you today");
    expect(asked.filter(({ path }) => path.endsWith("/progress"))).toHaveLength(1);
  });

  it("says `or more` where the service counts no further", async () => {
    const many = { ...PROGRESS, open_slots: 10_000, done_slots: 400 };
    serveQueue(5, { "GET /api/v1/annotate/projects/p1/progress": () => many });
    open("/annotate/p1");
    await screen.findByText("10,000 or more open");
  });

  it("brings the pair back on undo, and the new verdict goes with the new lease", async () => {
    const asked = serveQueue(3);
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("1");
    await screen.findByText("Prompt number 2");
    await user.keyboard("u");
    await screen.findByText("Prompt number 1");
    await waitFor(() =>
      expect(asked.some(({ path }) => path === "/api/v1/annotate/labels/label-lease-1/undo")).toBe(true),
    );
    await waitForClaimsAfter(asked, "/undo");
    await user.keyboard("2");
    await screen.findByText("Prompt number 2");
    await waitFor(() => expect(labelsIn(asked)).toHaveLength(2));
    expect(labelsIn(asked)[1]).toMatchObject({ lease: "lease-1-again", winner: "right" });
  });

  it("repeats a label with the same key until the service has it, and says so meanwhile", async () => {
    let failures = 1;
    const asked = serveQueue(3, {
      "POST /api/v1/annotate/labels": () => {
        if (failures-- > 0) throw new TypeError("fetch failed");
        return label("label-1");
      },
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("1");
    await screen.findByText("Not saved yet, trying again, 1 waiting");
    expect(Object.keys(localStorage).filter((name) => name.startsWith("tiebreak.outbox"))).toHaveLength(1);
    await screen.findByText("Saved", {}, { timeout: 3000 });
    const sent = asked.filter(({ path }) => path === "/api/v1/annotate/labels");
    expect(sent).toHaveLength(2);
    expect(sent[0]?.headers.get("Idempotency-Key")).toBe(sent[1]?.headers.get("Idempotency-Key"));
    expect(Object.keys(localStorage).filter((name) => name.startsWith("tiebreak.outbox"))).toHaveLength(0);
  });

  it("sends what waited when the page is opened again, and does not show that pair meanwhile", async () => {
    const person = session();
    const waiting = {
      kind: "label" as const,
      key: "key-1",
      project: "p1",
      pair: "pair-1",
      body: { lease: "lease-1", verdict: "tie" as const },
    };
    writeEntry(person.user.id, waiting);
    const asked = serveQueue(2, { "GET /api/v1/auth/session": () => person });
    open("/annotate/p1");
    await screen.findByText("Prompt number 2");
    await screen.findByText("Saved");
    expect(labelsIn(asked)).toEqual([waiting.body]);
    expect(asked.find(({ path }) => path.endsWith("/labels"))?.headers.get("Idempotency-Key")).toBe("key-1");
    expect(outboxed()).toHaveLength(0);
  });

  it("tells when the service refuses a label", async () => {
    serveQueue(2, { "POST /api/v1/annotate/labels": () => problem(409, "This lease has a label already.") });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("1");
    expect((await screen.findByRole("alert")).textContent).toContain("This lease has a label already.");
  });

  it("sends the reason of a skip, and takes keys as text while somebody types", async () => {
    const asked = serveQueue(3);
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("s");
    const field = await screen.findByLabelText("Another reason, or none");
    await user.type(field, "tub 1");
    expect(labelsIn(asked)).toHaveLength(0);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ verdict: "skip", skip_reason: "tub 1" }]));
  });

  it("keeps a comment with the verdict", async () => {
    const asked = serveQueue(3);
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("c");
    await user.type(await screen.findByLabelText("It is stored with your verdict"), "left is rude");
    await user.click(screen.getByRole("button", { name: "Back to the pair" }));
    await user.click(screen.getByRole("button", { name: "Answer 2 better" }));
    await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ winner: "right", comment: "left is rude" }]));
  });

  it("asks to sign in again in place when the session is over, and then sends what waited", async () => {
    const person = session();
    let isOver = false;
    const sent: LabelCreate[] = [];
    serveQueue(3, {
      "GET /api/v1/auth/session": () => (isOver ? problem(401, "Sign in.") : person),
      "POST /api/v1/auth/login": () => {
        isOver = false;
        return person;
      },
      "POST /api/v1/annotate/labels": (body: LabelCreate) => {
        if (sent.length === 0 && !isOver) isOver = true;
        if (isOver) return problem(401, "Sign in.");
        sent.push(body);
        return label("label-1");
      },
    });
    const { user, where } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("1");
    const dialog = within(await screen.findByRole("dialog", { name: "Please sign in again" }));
    expect(where()).toBe("/annotate/p1");
    expect(outboxed()).toHaveLength(1);
    sent.length = 1; // from now on the service takes labels
    await user.type(dialog.getByLabelText(/^Password/), "correct horse");
    await user.click(dialog.getByRole("button", { name: "Sign in" }));
    await screen.findByText("Saved");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(sent).toHaveLength(2);
    expect(outboxed()).toHaveLength(0);
    expect(shown()).toBe("Prompt number 2");
  });
});

describe("nothing to label", () => {
  it.each([
    [
      { state: "held", held_by_others: 3, retry_after: 20 },
      "Other people hold the last 3 pairs.",
      "Looking again in 20 s.",
    ],
    [{ state: "scoring", retry_after: 5 }, "They are being sampled and scored right now.", "Looking again in 5 s."],
    [{ state: "done" }, "Every open pair is labelled. Thank you!", "Looking again in 15 s."],
    [{ state: "empty" }, "No pairs have been opened in this project.", "Looking again in 15 s."],
  ] as const)("tells the truth about %o", async (claim, text, again) => {
    serveQueue(0, { "POST /api/v1/annotate/projects/p1/claim": () => claimOf([], claim) });
    open("/annotate/p1");
    await screen.findByText(text);
    await screen.findByText(again);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Answer 1 better" }).disabled).toBe(true);
  });
});
