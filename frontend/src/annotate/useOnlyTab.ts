// One tab labels at a time: two tabs of one person would show the same pairs. The tab that was opened last goes on.
import { useCallback, useEffect, useState } from "react";

import { newKey } from "@/api/idempotency";

/** Whether this tab is the one that labels under `name`, and a way to make it so. */
export function useOnlyTab(name: string) {
  const item = `tiebreak.tab.${name}`;
  const [id] = useState(newKey);
  const [isMine, setIsMine] = useState(true);
  const takeOver = useCallback(() => {
    localStorage.setItem(item, id);
    setIsMine(true);
  }, [item, id]);
  useEffect(() => {
    localStorage.setItem(item, id);
    // Comes from other tabs only.
    const listen = ({ key, newValue }: StorageEvent) => {
      if (key === item && newValue !== null && newValue !== id) setIsMine(false);
    };
    // A page that the browser had put aside has heard nothing meanwhile.
    const compare = ({ persisted }: PageTransitionEvent) => {
      if (persisted) setIsMine(localStorage.getItem(item) === id);
    };
    window.addEventListener("storage", listen);
    window.addEventListener("pageshow", compare);
    return () => {
      window.removeEventListener("storage", listen);
      window.removeEventListener("pageshow", compare);
    };
  }, [item, id]);
  const isOurs = useCallback(() => localStorage.getItem(item) === id, [item, id]);
  return { isMine, takeOver, isOurs };
}
