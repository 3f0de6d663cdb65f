// Keeps the leases of the pairs on this page alive while it is visible, and gives them back when it is left.
import { useEffect, useRef } from "react";

import { releaseLease, renewLease } from "@/api/annotate";
import { noticeLostSession } from "@/api/client";
import { ApiError } from "@/api/problem";

const RENEW_MS = 30_000;

/** `onLost` is called with a lease that the service no longer grants. */
export function useLeases(leases: string[], onLost: (lease: string) => void): void {
  const held = useRef({ leases, onLost });
  useEffect(() => {
    held.current = { leases, onLost };
  });
  useEffect(() => {
    const renewAll = () => {
      if (document.hidden) return;
      for (const lease of held.current.leases) void renew(lease, () => held.current.onLost(lease));
    };
    const releaseAll = () => {
      for (const lease of held.current.leases) releaseLease(lease).catch(expiresByItself);
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

async function renew(lease: string, onLost: () => void): Promise<void> {
  try {
    await renewLease(lease);
  } catch (error) {
    noticeLostSession(error);
    if (error instanceof ApiError && [403, 404, 409, 410].includes(error.status)) onLost();
  }
}

const expiresByItself = () => undefined;
