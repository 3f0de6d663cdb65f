// What stands around labelling: flags, differences, the last labels, practice, pauses, other tabs, a busy service.
import { onlineManager } from "@tanstack/react-query";
import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { differenceOf } from "@/annotate/difference";
import { readEntries, writeEntry } from "@/annotate/outboxStorage";
import { queryClient, SESSION_KEY } from "@/api/client";
import type { FlagCreate, OwnLabel } from "@/api/types";

import { open } from "./open";
import { labelsIn, outboxed, serveQueue, shown } from "./queue";
import { claimOf, json, label, problem, session, task } from "./service";

const own = (number: number): OwnLabel => ({ ...label(`old-${number}`), ...task(100 + number) });

describe("flags", () => {
  it("sends the reason of a flag and leaves the pair on screen", async () => {
    const asked = serveQueue(2, { "POST /api/v1/annotate/flags": () => json({ id: "flag-1" }, 201) });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("f");
    await screen.findByRole("dialog", { name: "Flag this pair for the admins" });
    await user.keyboard("2");
    await screen.findByRole("button", { name: "Flagged" });
    await screen.findByText("Saved");
    const flags = asked.filter(({ path }) => path.endsWith("/flags")).map(({ body }) => body as FlagCreate);
    expect(flags).toEqual([{ lease: "lease-1", reason: "Both answers are the same" }]);
    expect(shown()).toBe("Prompt number 1");
    expect(labelsIn(asked)).toHaveLength(0);
  });
});

describe("the word difference", () => {
  it("marks what one answer alone has, in words for screen readers too, and goes again", async () => {
    serveQueue(1, {
      "POST /api/v1/annotate/projects/p1/claim": () =>
        claimOf([{ ...task(1), left: "a red house", right: "a blue house" }]),
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("d");
    const marks = async (name: string) => {
      const found = await within(screen.getByRole("region", { name })).findAllByText(/only here/);
      return found.map(({ parentElement }) => parentElement?.textContent);
    };
    expect(await marks("Answer 1")).toEqual(["[only here: red]"]);
    expect(await marks("Answer 2")).toEqual(["[only here: blue]"]);
    await user.keyboard("d");
    expect(screen.queryByText(/only here/)).toBeNull();
  });

  it("goes by words in every script", () => {
    const only = (left: string, right: string) => {
      const found = differenceOf(left, right, 1000);
      return typeof found === "object" && found.left.filter(({ isOnly }) => isOnly).map(({ text }) => text);
    };
    expect(only("Карнак, древний храм", "Карнак, новый храм")).toEqual(["древний"]);
    expect(only("هذا بيت قديم", "هذا بيت جديد")).toEqual(["قديم"]);
  });
});

describe("the last labels", () => {
  it("recalls those of before, and brings the pair of any of them back", async () => {
    let answer = () => {};
    const answering = new Promise<void>((resolve) => (answer = resolve));
    const asked = serveQueue(2, {
      "GET /api/v1/annotate/projects/p1/labels": async () => {
        await answering;
        return { items: [own(2), own(1)], next_cursor: null };
      },
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("h");
    const drawer = within(await screen.findByRole("dialog", { name: "Your last labels" }));
    await drawer.findByText("What you labelled before is not loaded yet.");
    expect(drawer.queryByText(/^None yet/)).toBeNull();
    answer();
    await user.click(await drawer.findByRole("button", { name: "Undo or change “tie” on: Prompt number 101" }));
    expect(shown()).toBe("Prompt number 101");
    await screen.findByText("You said “tie”. Judge it anew.");
    await waitFor(() => expect(asked.some(({ path }) => path === "/api/v1/annotate/labels/old-1/undo")).toBe(true));
    await user.keyboard("1");
    await waitFor(() => expect(labelsIn(asked)).toMatchObject([{ lease: "lease-101", winner: "left" }]));
  });

  it("keeps ten", async () => {
    serveQueue(12);
    const { user } = open("/annotate/p1");
    for (let number = 1; number <= 12; number += 1) {
      await waitFor(() => expect(shown()).toBe(`Prompt number ${number}`));
      await user.keyboard("t");
    }
    await user.keyboard("h");
    const drawer = within(await screen.findByRole("dialog", { name: "Your last labels" }));
    expect(drawer.getAllByRole("button", { name: /^Undo or change/ })).toHaveLength(10);
    drawer.getByText("Prompt number 3");
  });
});

describe("practice", () => {
  const pair = { id: "practice-1", prompt: "2 + 2?", left: "four", right: "five", is_answered: false };
  const practising = {
    "GET /api/v1/annotate/projects/p1/practice": () => json([pair]),
    "POST /api/v1/annotate/practice/:id/answers": () => ({
      is_right: false,
      verdict: "preferred",
      winner: "left",
      explanation: "Five is **wrong**.",
    }),
  };

  it("comes before the first pair, explains each answer, and lends nothing meanwhile", async () => {
    const asked = serveQueue(2, practising);
    const { user } = open("/annotate/p1");
    await screen.findByText("Practice, pair 1 of 1");
    await user.keyboard("2");
    await screen.findByText("Not quite: it is “1 better”");
    expect(asked.some(({ path }) => path.endsWith("/claim"))).toBe(false);
    await user.click(screen.getByRole("button", { name: "Finish" }));
    await screen.findByText(/0 of 1 as explained/);
    await user.click(screen.getByRole("button", { name: "Start labelling" }));
    await screen.findByText("Prompt number 1");
  });

  it("comes first although the network was gone when the page was opened", async () => {
    serveQueue(2, practising);
    act(() => onlineManager.setOnline(false));
    queryClient.setQueryData(SESSION_KEY, session());
    open("/annotate/p1");
    await screen.findByRole("heading", { name: "You are offline" });
    act(() => onlineManager.setOnline(true));
    await screen.findByText("Practice, pair 1 of 1");
  });

  it("can be done again from the guideline, and left then", async () => {
    serveQueue(2, {
      ...practising,
      "GET /api/v1/annotate/projects/p1/practice": () => json([{ ...pair, is_answered: true }]),
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("g");
    await user.click(await screen.findByRole("button", { name: "Practise again (1 pair)" }));
    await screen.findByText("Practice, pair 1 of 1");
    await user.click(screen.getByRole("button", { name: "Back to labelling" }));
    await screen.findByText("Prompt number 1");
  });

  it("goes on with the next pair when an admin has removed the one on screen, and ends with the last", async () => {
    let set = [pair, { ...pair, id: "practice-2" }, { ...pair, id: "practice-3", prompt: "3 + 3?" }];
    serveQueue(1, {
      ...practising,
      "GET /api/v1/annotate/projects/p1/practice": () => json(set),
      "POST /api/v1/annotate/practice/:id/answers": () =>
        problem(404, "There is no practice pair with this id. It may have been removed."),
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Practice, pair 1 of 3");
    set = set.slice(2);
    await user.keyboard("1");
    await screen.findByText("3 + 3?");
    screen.getByText("Practice, pair 1 of 1");
    await screen.findByText("An admin has removed that practice pair.");
    set = [];
    await user.keyboard("1");
    await screen.findByRole("heading", { name: "Practice is done" });
    await user.click(screen.getByRole("button", { name: "Start labelling" }));
    await screen.findByText("Prompt number 1");
  });

  it("that was added while somebody labels comes after the pairs that are in hand, and must be done", async () => {
    let isAdded = false;
    let isDown = false;
    serveQueue(1, {
      ...practising,
      "GET /api/v1/annotate/projects/p1/practice": () =>
        isDown ? problem(429, "Too many requests.") : json(isAdded ? [pair] : []),
      "POST /api/v1/annotate/projects/p1/claim": () =>
        isAdded ? problem(409, "Practice comes first.", { code: "practice_first" }) : claimOf([task(1)]),
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    isAdded = true;
    isDown = true;
    await user.keyboard("1");
    await user.click(await screen.findByRole("button", { name: "Start practice" }));
    await screen.findByText("Too many requests.");
    isDown = false;
    await user.click(screen.getByRole("button", { name: "Start practice" }));
    await screen.findByText("Practice, pair 1 of 1");
    expect(screen.queryByRole("button", { name: "Back to labelling" })).toBeNull();
  });

  it("that was added and removed again keeps nobody from the next pair", async () => {
    let isAdded = true;
    serveQueue(1, {
      "POST /api/v1/annotate/projects/p1/claim": () =>
        isAdded ? problem(409, "Practice comes first.", { code: "practice_first" }) : claimOf([task(1)]),
    });
    const { user } = open("/annotate/p1");
    const start = await screen.findByRole("button", { name: "Start practice" });
    isAdded = false;
    await user.click(start);
    await screen.findByText("Prompt number 1");
  });
});

describe("when something is in the way", () => {
  it.each([
    ["project", "An admin has paused this project for everybody. Whatever was labelled is kept."],
    ["person", "An admin has paused your work. Whatever you have labelled is kept."],
  ] as const)("says that the %s is paused", async (paused, text) => {
    const claim = claimOf([], { state: "paused", paused, retry_after: 30 });
    serveQueue(0, { "POST /api/v1/annotate/projects/p1/claim": () => claim });
    open("/annotate/p1");
    await screen.findByText(text);
    await screen.findByText("Looking again in 30 s.");
  });

  it("waits as long as a busy service asks, says so, and then sends the same label", async () => {
    let isBusy = true;
    const asked = serveQueue(2, {
      "POST /api/v1/annotate/labels": () => {
        if (!isBusy) return label("label-1");
        isBusy = false;
        const busy = problem(429, "Too many requests.");
        busy.headers.set("Retry-After", "1");
        return busy;
      },
    });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    await user.keyboard("1");
    await screen.findByText("The service is busy, trying again in 1 s, 1 waiting");
    await screen.findByText("Saved");
    expect(labelsIn(asked)).toHaveLength(2);
    expect(outboxed()).toHaveLength(0);
  });

  it("stops when another tab takes over, gives nothing back, and goes on when told to", async () => {
    const person = session();
    const asked = serveQueue(2, { "GET /api/v1/auth/session": () => person });
    const { user } = open("/annotate/p1");
    await screen.findByText("Prompt number 1");
    const key = `tiebreak.tab.${person.user.id}.p1`;
    act(() => {
      localStorage.setItem(key, "another");
      window.dispatchEvent(new StorageEvent("storage", { key, newValue: "another" }));
    });
    await screen.findByText("You are labelling in another tab");
    expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
    await user.click(screen.getByRole("button", { name: "Go on in this tab" }));
    await waitFor(() => expect(shown()).toBe("Prompt number 1"));
  });

  it("keeps an undo behind its label when the clock was put back in between", () => {
    const person = session().user.id;
    const body = { lease: "lease-1", verdict: "tie" as const };
    vi.setSystemTime("2040-01-01");
    writeEntry(person, { kind: "label", key: "a", project: "p1", pair: "pair-1", body });
    vi.setSystemTime("2001-01-01");
    readEntries(person);
    writeEntry(person, { kind: "undo", key: "b", project: "p1", of: "a", labelId: null });
    vi.useRealTimers();
    expect(readEntries(person).map(({ kind }) => kind)).toEqual(["label", "undo"]);
  });
});
