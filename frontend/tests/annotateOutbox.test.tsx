// Labels on their way: another person on the same browser, refusals, other tabs, a full storage, an entry that fails.
import { act, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { keepComment, readComments } from "@/annotate/commentStorage";
import { outboxOf } from "@/annotate/outbox";
import { readEntries, readRefused, removeEntry, writeEntry } from "@/annotate/outboxStorage";
import { queryClient, SESSION_KEY } from "@/api/client";
import type { LabelCreate } from "@/api/types";

import { open } from "./open";
import { labelsIn, outboxed, serveQueue, shown } from "./queue";
import { type Asked, claimOf, label, problem, serve, session, task } from "./service";

const entry = (number: number) => ({
  kind: "label" as const,
  key: `key-${number}`,
  project: "p1",
  pair: `pair-${number}`,
  body: { lease: `lease-${number}`, verdict: "tie" as const },
});
const undoOf = (number: number) => {
  const { key: of, pair, body } = entry(number);
  return { kind: "undo" as const, key: `undo-${number}`, project: "p1", of, labelId: null, label: { pair, body } };
};
const keysOf = (asked: Asked[]) =>
  asked
    .filter(({ path, method }) => method === "POST" && path.includes("/annotate/labels"))
    .map(({ headers }) => headers.get("Idempotency-Key"));

describe("somebody else on the same browser", () => {
  it("signed in in another tab: the labels of the first person stay, and the page says whose turn it is", async () => {
    const ada = session();
    const ben = session();
    ben.user.username = "ben";
    ben.csrf_token = "csrf-2";
    let now = ada;
    serveQueue(3, {
      "GET /api/v1/auth/session": () => now,
      "POST /api/v1/annotate/labels": () => problem(403, "Wrong token.", { code: "csrf" }),
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    now = ben;
    await user.keyboard("1");
    await screen.findByText("ben is signed in now");
    expect(readEntries(ada.user.id)).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "Go on as ben" }));
    await screen.findByText("Prompt number 1");
    expect(readEntries(ada.user.id)).toHaveLength(1);
    expect(readEntries(ben.user.id)).toHaveLength(0);
  });

  it("is the same person with a new session: the label is sent again with the new token", async () => {
    const before = session();
    let now = before;
    const asked = serveQueue(2, {
      "GET /api/v1/auth/session": () => now,
      "POST /api/v1/annotate/labels": (_: LabelCreate, { headers }) =>
        headers.get("X-CSRF-Token") === "csrf-2" ? label("label-1") : problem(403, "Wrong token.", { code: "csrf" }),
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    now = { ...before, csrf_token: "csrf-2" };
    await user.keyboard("1");
    await waitFor(() => expect(outboxed()).toHaveLength(0));
    const [refused, sent] = labelsIn(asked);
    expect(refused?.lease).toBe("lease-1");
    expect(sent).toEqual(refused);
    expect(new Set(keysOf(asked)).size).toBe(1);
  });

  it("never sends what waits with the session of the next person", async () => {
    const ada = session();
    const ben = session();
    serve({});
    queryClient.setQueryData(SESSION_KEY, ben);
    const asked = serve({ "POST /api/v1/annotate/labels": () => label("label-1") });
    outboxOf(ada.user.id).add(entry(1));
    await waitFor(() => expect(outboxOf(ada.user.id).snapshot().mood).toBe("signed_out"));
    expect(asked).toHaveLength(0);
    queryClient.setQueryData(SESSION_KEY, ada);
    outboxOf(ada.user.id).flush();
    await waitFor(() => expect(outboxed()).toHaveLength(0));
    expect(labelsIn(asked)).toHaveLength(1);
  });
});

describe("signing out", () => {
  it("with labels that wait says so first", async () => {
    const asked = serveQueue(2, {
      "POST /api/v1/annotate/labels": () => {
        throw new TypeError("fetch failed");
      },
      "POST /api/v1/auth/logout": () => null,
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("1");
    await screen.findByText("Not saved yet, trying again, 1 waiting");
    await user.click(screen.getByRole("button", { name: "Sign out" }));
    await screen.findByText(/One thing waits to be sent/);
    expect(asked.some(({ path }) => path.endsWith("/logout"))).toBe(false);
    await user.click(screen.getByRole("button", { name: "Sign out all the same" }));
    await screen.findByText("Sign in to Tiebreak");
    expect(outboxed()).toHaveLength(1);
  });
});

describe("a refused label", () => {
  it("opens its pair again, leaves the list of the last labels, and is told until it is read", async () => {
    const person = session();
    let isRefusing = true;
    const asked = serveQueue(1, {
      "GET /api/v1/auth/session": () => person,
      "POST /api/v1/annotate/projects/p1/claim": () => claimOf([task(1)]),
      "POST /api/v1/annotate/labels": () => (isRefusing ? problem(422, "This reason is too long.") : label("label-1")),
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("c");
    await user.type(await screen.findByLabelText("It is stored with your verdict"), "Close");
    await user.click(screen.getByRole("button", { name: "Back to the pair" }));
    await user.keyboard("1");
    await screen.findByText("This reason is too long.");
    await waitFor(() => expect(shown()).toBe("Prompt number 1"));
    expect((await screen.findByRole<HTMLButtonElement>("button", { name: "Undo" })).disabled).toBe(true);
    expect(readRefused(person.user.id)).toMatchObject([{ reason: "This reason is too long." }]);
    isRefusing = false;
    await user.keyboard("2");
    await waitFor(() => expect(labelsIn(asked)).toHaveLength(2));
    expect(labelsIn(asked).map(({ comment }) => comment)).toEqual(["Close", "Close"]);
    await user.click(screen.getByRole("button", { name: "Understood" }));
    expect(screen.queryByText("This reason is too long.")).toBeNull();
    expect(outboxed()).toHaveLength(0);
  });
});

it("a refused label gives its comment back after its page was left, but not over a newer one", async () => {
  const ada = session();
  queryClient.setQueryData(SESSION_KEY, ada);
  serve({ "POST /api/v1/annotate/labels": () => problem(422, "No.") });
  keepComment(ada.user.id, "p1", "pair-2", "newer");
  for (const number of [1, 2]) {
    const judged = entry(number);
    outboxOf(ada.user.id).add({ ...judged, body: { ...judged.body, comment: `first on ${number}` } });
  }
  await waitFor(() => expect(readRefused(ada.user.id)).toHaveLength(2));
  expect(readComments(ada.user.id, "p1")).toEqual({ "pair-1": "first on 1", "pair-2": "newer" });
});

describe("labels that wait", () => {
  it("are kept at once, and sent even where nothing is painted", async () => {
    const ada = session();
    queryClient.setQueryData(SESSION_KEY, ada);
    const asked = serve({ "POST /api/v1/annotate/labels": () => label("label-1") });
    vi.spyOn(window, "requestAnimationFrame").mockReturnValue(0);
    outboxOf(ada.user.id).add(entry(1));
    expect(readEntries(ada.user.id)).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toHaveLength(0); // the next picture may still come
    await waitFor(() => expect(outboxed()).toHaveLength(0));
    expect(keysOf(asked)).toEqual(["key-1"]);
  });

  it("are the reason given when no other pair is left meanwhile", async () => {
    serveQueue(1, {
      "POST /api/v1/annotate/labels": () => {
        const busy = problem(429, "Too many requests.");
        busy.headers.set("Retry-After", "60");
        return busy;
      },
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("1");
    await screen.findByText("Your labels wait to be sent");
  });

  it("of another tab are taken over with the work", async () => {
    const person = session();
    const asked = serveQueue(2, { "GET /api/v1/auth/session": () => person });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    const key = `tiebreak.tab.${person.user.id}.p1`;
    act(() => {
      localStorage.setItem(key, "another");
      window.dispatchEvent(new StorageEvent("storage", { key, newValue: "another" }));
    });
    writeEntry(person.user.id, entry(1)); // by the other tab, which is then closed
    await user.click(await screen.findByRole("button", { name: "Go on in this tab" }));
    await waitFor(() => expect(shown()).toBe("Prompt number 2"));
    await waitFor(() => expect(labelsIn(asked)).toEqual([entry(1).body]));
  });

  it("are undone when another tab has sent them: the service tells what it calls the label", async () => {
    const person = session();
    queryClient.setQueryData(SESSION_KEY, person);
    const asked = serve({
      "POST /api/v1/annotate/labels": ({ lease }: LabelCreate) => label(`label-${lease}`),
      "POST /api/v1/annotate/labels/:id/undo": () => label("undo"),
    });
    outboxOf(person.user.id).add(undoOf(1));
    await waitFor(() => expect(outboxed()).toHaveLength(0));
    expect(asked.at(-1)?.path).toBe("/api/v1/annotate/labels/label-lease-1/undo");
    expect(keysOf(asked)).toEqual(["key-1", "undo-1"]);
  });

  it("go before one that the service always stumbles over, whose undo stays behind it", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const person = session();
    queryClient.setQueryData(SESSION_KEY, person);
    [entry(1), undoOf(1), entry(2)].forEach((one) => writeEntry(person.user.id, one));
    const asked = serve({
      "POST /api/v1/annotate/labels": ({ lease }: LabelCreate) =>
        lease === "lease-1" ? problem(500, "Internal error.") : label("label-2"),
    });
    outboxOf(person.user.id).flush();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(keysOf(asked).slice(0, 4)).toEqual(["key-1", "key-1", "key-1", "key-2"]);
    expect(readEntries(person.user.id).map(({ key }) => key)).toEqual(["key-1", "undo-1"]);
    expect(outboxOf(person.user.id).snapshot().trouble?.why).toBe("failing");
    removeEntry(person.user.id, "key-1");
    removeEntry(person.user.id, "undo-1");
    outboxOf(person.user.id).flush();
    vi.useRealTimers();
  });

  it("are sent again when an answer does not come", async () => {
    const person = session();
    queryClient.setQueryData(SESSION_KEY, person);
    vi.spyOn(AbortSignal, "timeout").mockImplementationOnce(() => AbortSignal.abort());
    const asked = serve({
      "POST /api/v1/annotate/labels": (_, request) => {
        request.signal.throwIfAborted();
        return label("label-1");
      },
    });
    outboxOf(person.user.id).add(entry(1));
    await waitFor(() => expect(outboxed()).toHaveLength(0));
    expect(new Set(keysOf(asked))).toEqual(new Set(["key-1"]));
  });
});

describe("the browser's storage", () => {
  it("when it is full, the label is sent all the same, and the page asks to keep the tab open meanwhile", async () => {
    let isDown = true;
    const asked = serveQueue(2, {
      "POST /api/v1/annotate/labels": () => {
        if (isDown) throw new TypeError("fetch failed");
        return label("label-1");
      },
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("Full.", "QuotaExceededError");
    });
    await user.keyboard("1");
    await screen.findByText("Keep this tab open until all is saved");
    isDown = false;
    await user.click(screen.getByRole("button", { name: "Try now" }));
    await screen.findByText("Saved");
    expect(new Set(keysOf(asked)).size).toBe(1);
  });

  it("when an item in it is broken, the others are sent, and that is told", async () => {
    const person = session();
    localStorage.setItem(`tiebreak.outbox.${person.user.id}.broken`, "{");
    writeEntry(person.user.id, entry(1));
    const asked = serveQueue(2, { "GET /api/v1/auth/session": () => person });
    open("/annotate/p1");
    await screen.findByText("Something that this browser had kept for sending could not be read.");
    await waitFor(() => expect(labelsIn(asked)).toHaveLength(1));
  });
});
