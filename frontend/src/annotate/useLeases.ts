// Keeps the leases of the pairs on this page alive while it is visible, and gives them back when it is left.
import { useEffect, useRef } from "react";

import { releaseLease, renewLease } from "@/api/annotate";
import { noticeLostSession } from "@/api/client";
import { ApiError } from "@/api/problem";

const RENEW_MS = 30_000;
const OVER = [404, 409];

export type Refusal = { lease: string; code: string | null };

type Held = {
  /** Of the pair on screen. */
  shown: string | undefined;
  /** Of all pairs that are lent to this page, each with its end where the service has told it. */
  all: { lease: string; expires_at?: string }[];
  /** Renews the leases of the pairs that wait behind. */
  renewOthers: () => void;
  /** Called when the service has renewed the lease of the pair on screen (null), or why it has not. */
  onAnswer: (refusal: Refusal | null) => void;
  /** False when another tab has taken the leases over. */
  areOurs: () => boolean;
};

export function useLeases(given: Held): void {
  const held = useRef(given);
  useEffect(() => {
    held.current = given;
  });
  useEffect(() => {
    // The ends that renewing told: a pair that is lent anew when the page is opened again ends later.
    const ends = new Map<string, string>();
    const renewAll = () => {
      const { shown, all, renewOthers, onAnswer } = held.current;
      if (document.hidden) return;
      if (shown) void renew(shown, onAnswer, ends);
      if (all.length > 1) renewOthers();
    };
    const releaseAll = () => {
      const { all, areOurs } = held.current;
      if (!areOurs()) return;
      for (const { lease, expires_at } of all) {
        releaseLease(lease, lastOf(expires_at, ends.get(lease))).catch(expiresByItself);
      }
    };
    const timer = setInterval(renewAll, RENEW_MS);
    document.addEventListener("visibilitychange", renewAll);
    window.addEventListener("pageshow", renewAll);
    window.addEventListener("pagehide", releaseAll);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", renewAll);
      window.removeEventListener("pageshow", renewAll);
      window.removeEventListener("pagehide", releaseAll);
      releaseAll();
    };
  }, []);
}

async function renew(lease: string, onAnswer: Held["onAnswer"], ends: Map<string, string>): Promise<void> {
  try {
    ends.set(lease, (await renewLease(lease)).expires_at);
    onAnswer(null);
  } catch (error) {
    noticeLostSession(error);
    if (error instanceof ApiError && OVER.includes(error.status)) onAnswer({ lease, code: error.code });
  }
}

function lastOf(...ends: (string | undefined)[]): string | null {
  const known = ends.filter((end) => end !== undefined);
  return known.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1) ?? null;
}

const expiresByItself = () => undefined;
