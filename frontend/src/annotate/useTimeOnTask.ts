// How long a pair has been looked at: the time since it was shown, less the time the page was hidden.
import { useCallback, useEffect, useRef } from "react";

const LONGEST_MS = 86_400_000;

export function useTimeOnTask(pair: string | undefined): () => number {
  const clock = useRef({ spent: 0, since: 0 });
  useEffect(() => {
    clock.current = { spent: 0, since: performance.now() };
    const pauseOrGoOn = () => {
      const { spent, since } = clock.current;
      const now = performance.now();
      clock.current = { spent: document.hidden ? spent + now - since : spent, since: now };
    };
    document.addEventListener("visibilitychange", pauseOrGoOn);
    return () => document.removeEventListener("visibilitychange", pauseOrGoOn);
  }, [pair]);
  return useCallback(() => {
    const { spent, since } = clock.current;
    const total = document.hidden ? spent : spent + performance.now() - since;
    return Math.min(Math.round(total), LONGEST_MS);
  }, []);
}
