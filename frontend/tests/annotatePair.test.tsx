// The pair under the hand: it, its comment and the focus stay where they are, whatever happens around them.
import { act, screen, waitFor, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";

import { queryClient } from "@/api/client";

import { open } from "./open";
import { labelsIn, PROGRESS, serveQueue, shown } from "./queue";
import { claimOf, problem, session, task } from "./service";

const comeBack = () => document.dispatchEvent(new Event("visibilitychange"));

it("stays when its lease was lent on, which is said, and its verdict goes with the lease it was shown under", async () => {
  const asked = serveQueue(3, {
    "POST /api/v1/annotate/leases/:id/renew": () => problem(409, "This lease is over.", { code: "lease_over" }),
  });
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  comeBack();
  await screen.findByText(/This pair went to somebody else/);
  expect(shown()).toBe("Prompt number 1");
  await user.keyboard("1");
  await waitFor(() => expect(shown()).toBe("Prompt number 2"));
  expect(screen.queryByText(/This pair went to somebody else/)).toBeNull();
  await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ lease: "lease-1", winner: "left" }]));
});

it("stays when its person is paused, which is said", async () => {
  let isPaused = false;
  const asked = serveQueue(3, {
    "POST /api/v1/annotate/leases/:id/renew": () => {
      isPaused = true;
      return problem(409, "Labelling is paused.", { code: "paused" });
    },
    "POST /api/v1/annotate/projects/p1/claim": ({ count }: { count: number }) =>
      isPaused
        ? claimOf([], { state: "paused", paused: "person", retry_after: 30 })
        : claimOf([task(1), task(2), task(3)].slice(0, count)),
  });
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  comeBack();
  await screen.findByText(/An admin has paused your work. Your verdict on this pair is still taken/);
  await user.keyboard("1");
  await screen.findByText("You are paused");
  await waitFor(() => expect(labelsIn(asked)).toHaveLength(1));
});

it("is given back with the end that this page knows of: opening the page again may have renewed it since", async () => {
  const asked = serveQueue(2, {
    "POST /api/v1/annotate/leases/:id/renew": () => ({ expires_at: "2031-01-01T00:00:00Z" }),
  });
  open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  comeBack();
  await waitFor(() => expect(asked.some(({ path }) => path.endsWith("/renew"))).toBe(true));
  await waitFor(() => {
    window.dispatchEvent(new Event("pagehide"));
    const released = asked.filter(({ method }) => method === "DELETE").slice(-2);
    expect(released.map(({ path, query }) => [path.split("/").at(-1), query.get("until")])).toEqual([
      ["lease-1", "2031-01-01T00:00:00Z"],
      ["lease-2", "2030-01-01T00:00:00Z"],
    ]);
  });
});

it("keeps its comment to itself, and has it back after an undo", async () => {
  const asked = serveQueue(3);
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  const write = async (text: string) => {
    await user.keyboard("c");
    await user.type(await screen.findByLabelText("It is stored with your verdict"), text);
    await user.click(screen.getByRole("button", { name: "Back to the pair" }));
  };
  await write("on the first");
  await user.keyboard("1");
  await screen.findByText("Prompt number 2");
  await write("on the second");
  await user.keyboard("u");
  await waitFor(() => expect(shown()).toBe("Prompt number 1"));
  // A reload would find it here.
  expect(Object.entries(localStorage).filter(([name]) => name.startsWith("tiebreak.comment"))).toContainEqual([
    expect.stringMatching(/pair-1$/),
    expect.stringContaining("on the first"),
  ]);
  await user.keyboard("2");
  await waitFor(() => expect(shown()).toBe("Prompt number 2"));
  await user.keyboard("t");
  await waitFor(() => expect(labelsIn(asked)).toHaveLength(3));
  expect(labelsIn(asked).map(({ comment }) => comment)).toEqual(["on the first", "on the first", "on the second"]);
});

it("has the comment that was being written back after a reload, and keeps none for longer than a month", async () => {
  const person = session();
  const asked = serveQueue(3, { "GET /api/v1/auth/session": () => person });
  const kept = () => Object.keys(localStorage).filter((name) => name.startsWith("tiebreak.comment"));
  const old = JSON.stringify({ at: Date.now() - 31 * 86_400_000, text: "of a pair that somebody else has judged" });
  localStorage.setItem(`tiebreak.comment.${person.user.id}.p1.pair-9`, old);
  const { user, unmount } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  await user.keyboard("c");
  await user.type(await screen.findByLabelText("It is stored with your verdict"), "half a");
  expect(kept()).toEqual([`tiebreak.comment.${person.user.id}.p1.pair-1`]);
  unmount();
  queryClient.clear();
  open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  await user.keyboard("c");
  await user.type(await screen.findByLabelText("It is stored with your verdict"), " word");
  await user.click(screen.getByRole("button", { name: "Back to the pair" }));
  await user.keyboard("t");
  await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ comment: "half a word" }]));
  expect(kept()).toEqual([]);
});

it("gives the focus back to what opened a dialog", async () => {
  serveQueue(2);
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  const button = screen.getByRole("button", { name: "Guideline" });
  await user.click(button);
  const drawer = await screen.findByRole("dialog", { name: "Guideline" });
  within(drawer).getByRole("button", { name: "Close" });
  expect(screen.getAllByRole("banner")).toHaveLength(1); // that of the page
  await waitFor(() => expect(drawer.contains(document.activeElement)).toBe(true));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(button));
});

it("takes no verdict from keys while anything is open over it, nor a reason with Ctrl held", async () => {
  const asked = serveQueue(3);
  const warned = vi.spyOn(console, "warn");
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  await user.click(screen.getByRole("button", { name: "View" }));
  await screen.findByText("Answers scroll together");
  await user.keyboard("1");
  await user.click(screen.getByRole("button", { name: "View" }));
  await waitFor(() => expect(screen.queryByText("Answers scroll together")).toBeNull());
  await user.keyboard("s");
  await screen.findByRole("dialog", { name: "Skip this pair" });
  await user.keyboard("{Control>}1{/Control}");
  screen.getByRole("dialog", { name: "Skip this pair" });
  await user.keyboard("1");
  await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ lease: "lease-1", verdict: "skip" }]));
  expect(warned).not.toHaveBeenCalled(); // each of them takes the focus
});

it("is announced, under a heading", async () => {
  serveQueue(2);
  const { user } = open("/annotate/p1");
  await screen.findByRole("heading", { level: 1, name: "Which answer is better?" });
  await screen.findByText("Next pair: Prompt number 1");
  await user.keyboard("1");
  await screen.findByText("Next pair: Prompt number 2");
});

it("is still there after signing in again, however long that took", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const person = session();
  let isOver = false;
  serveQueue(3, {
    "GET /api/v1/auth/session": () => (isOver ? problem(401, "Sign in.") : person),
    "POST /api/v1/auth/login": () => {
      isOver = false;
      return person;
    },
    "GET /api/v1/annotate/projects/p1/progress": () => (isOver ? problem(401, "Sign in.") : PROGRESS),
  });
  const { user } = open("/annotate/p1", { advanceTimers: (ms) => vi.advanceTimersByTime(ms) });
  await screen.findByText("Prompt number 1");
  await user.keyboard("1");
  await screen.findByText("Prompt number 2");
  await vi.advanceTimersByTimeAsync(6 * 60_000);
  isOver = true;
  await vi.advanceTimersByTimeAsync(20_000);
  const dialog = within(await screen.findByRole("dialog", { name: "Please sign in again" }));
  await user.type(dialog.getByLabelText(/^Password/), "correct horse");
  await user.click(dialog.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(shown()).toBe("Prompt number 2");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Undo “1 better”" }).disabled).toBe(false);
  vi.useRealTimers();
});

it("is judged as strongly as its buttons say, by key too, and the next one as before", async () => {
  const asked = serveQueue(3);
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  await user.click(screen.getByRole("button", { name: "Much better" }));
  screen.getByRole("button", { name: "Answer 1 much better" });
  await user.keyboard("{ArrowLeft}");
  await screen.findByText("Prompt number 2");
  await user.click(await screen.findByRole("button", { name: "Answer 2 better" }));
  await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ strength: 2 }, { strength: 1 }]));
});

it("is judged once by a double click, a held key or Space after a click", async () => {
  const asked = serveQueue(4);
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  await user.dblClick(screen.getByRole("button", { name: "Tie" }));
  await waitFor(() => expect(shown()).toBe("Prompt number 2"));
  await user.keyboard(" ");
  act(() => screen.getByRole("button", { name: "Both bad" }).focus());
  await user.keyboard("{Enter>5/}");
  await waitFor(() => expect(shown()).toBe("Prompt number 3"));
  await waitFor(() => expect(labelsIn(asked).map(({ verdict }) => verdict)).toEqual(["tie", "both_bad"]));
});

it("is skipped once by a held key, and undone once by a double click", async () => {
  const asked = serveQueue(6);
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  await user.keyboard("tt");
  await waitFor(() => expect(shown()).toBe("Prompt number 3"));
  await user.dblClick(screen.getByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(shown()).toBe("Prompt number 2"));
  await waitFor(() => expect(asked.filter(({ path }) => path.endsWith("/undo"))).toHaveLength(1));
  await user.click(screen.getByRole("button", { name: "Skip" }));
  await screen.findByRole("dialog", { name: "Skip this pair" });
  await user.keyboard("{Enter>6/}");
  await waitFor(() => expect(shown()).toBe("Prompt number 3"));
  expect(screen.queryByRole("dialog")).toBeNull();
  await waitFor(() => expect(labelsIn(asked).map(({ verdict }) => verdict)).toEqual(["tie", "tie", "skip"]));
});

it("takes a skip's own reason whole, though it begins with the number of another", async () => {
  const asked = serveQueue(3);
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  await user.keyboard("s");
  await screen.findByRole("dialog", { name: "Skip this pair" });
  await user.keyboard("4");
  await user.keyboard("3 languages mixed{Enter}");
  await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ verdict: "skip", skip_reason: "3 languages mixed" }]));
  await screen.findByText("Prompt number 2");
  await user.keyboard("s");
  await screen.findByRole("dialog", { name: "Skip this pair" });
  await user.keyboard("not the best, 2 of them{Enter}");
  await waitFor(() => expect(labelsIn(asked)).toMatchObject([{}, { skip_reason: "not the best, 2 of them" }]));
});

it("has code that is wider than its place scrolled by the arrows", async () => {
  const asked = serveQueue(2);
  const { user } = open("/annotate/p1");
  await screen.findByText("Prompt number 1");
  const code = document.createElement("pre");
  code.tabIndex = 0;
  Object.defineProperty(code, "scrollWidth", { value: 900 });
  document.body.append(code);
  code.focus();
  await user.keyboard("{ArrowRight}");
  Object.defineProperty(code, "clientWidth", { value: 900 });
  await user.keyboard("{ArrowLeft}");
  await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ winner: "left" }]));
  code.remove();
});

it("stands under the name of its project", async () => {
  serveQueue(2);
  open("/annotate/p1");
  await screen.findByText("Kitchen helper");
  expect(document.title).toBe("Kitchen helper · Annotate · Tiebreak");
});
