// The annotate page's service as a queue of pairs, and what tests look at on that page.
import { screen, waitFor, within } from "@testing-library/react";
import { expect } from "vitest";

import type { LabelCreate } from "@/api/types";

import { type Asked, claimOf, json, label, serve, session, task } from "./service";

export const PROGRESS = {
  project: "Kitchen helper",
  mine: 3,
  mine_today: 2,
  last_hour: 2,
  median_seconds: 4.2,
  open_slots: 5,
  done_slots: 7,
};

/** A queue of pairs that behaves as the service does: a labelled pair is not lent again, an undone one is. */
export function serveQueue(amount: number, more: Parameters<typeof serve>[0] = {}): Asked[] {
  const open = Array.from({ length: amount }, (_, index) => task(index + 1));
  const done: typeof open = [];
  return serve({
    "GET /api/v1/auth/session": () => session(),
    "POST /api/v1/annotate/projects/p1/claim": ({ count }: { count: number }) => claimOf(open.slice(0, count)),
    "POST /api/v1/annotate/labels": ({ lease }: LabelCreate) => {
      done.push(
        ...open.splice(
          open.findIndex((one) => one.lease === lease),
          1,
        ),
      );
      return label(`label-${lease}`);
    },
    "POST /api/v1/annotate/labels/:id/undo": () => {
      open.unshift(...done.splice(-1).map((one) => ({ ...one, lease: `${one.lease}-again` })));
      return label("undo");
    },
    "GET /api/v1/annotate/projects/p1/progress": () => PROGRESS,
    "GET /api/v1/annotate/projects/p1/practice": () => json([]),
    "GET /api/v1/annotate/projects/p1/labels": () => ({ items: [], next_cursor: null }),
    "POST /api/v1/annotate/leases/:id/renew": () => ({ expires_at: "2030-01-01T00:00:00Z" }),
    "GET /api/v1/annotate/projects/p1/guideline": () => ({ guideline: "Be **kind**.", guideline_version: 1 }),
    "DELETE /api/v1/annotate/leases/:lease": () => null,
    ...more,
  });
}

export const labelsIn = (asked: Asked[]) =>
  asked.filter(({ path }) => path === "/api/v1/annotate/labels").map(({ body }) => body as LabelCreate);
export const outboxed = () => Object.keys(localStorage).filter((name) => name.startsWith("tiebreak.outbox"));
export const shown = () =>
  within(screen.getByRole("region", { name: "Prompt" })).getByText(/Prompt number/).textContent;

export async function waitForClaimsAfter(asked: Asked[], ending: string): Promise<void> {
  const isClaim = ({ path }: Asked) => path.endsWith("/claim");
  await waitFor(() =>
    expect(asked.findLastIndex(isClaim)).toBeGreaterThan(asked.findLastIndex(({ path }) => path.endsWith(ending))),
  );
  await screen.findByText("Saved");
}
