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
  /** Of all pairs that are lent to this page. */
  all: string[];
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
    const renewAll = () => {
      const { shown, all, renewOthers, onAnswer } = held.current;
      if (document.hidden) return;
      if (shown) void renew(shown, onAnswer);
      if (all.length > 1) renewOthers();
    };
    const releaseAll = () => {
      const { all, areOurs } = held.current;
      if (areOurs()) for (const lease of all) releaseLease(lease).catch(expiresByItself);
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

async function renew(lease: string, onAnswer: Held["onAnswer"]): Promise<void> {
  try {
    await renewLease(lease);
    onAnswer(null);
  } catch (error) {
    noticeLostSession(error);
    if (error instanceof ApiError && OVER.includes(error.status)) onAnswer({ lease, code: error.code });
  }
}

const expiresByItself = () => undefined;
