// Which key means what. Keys are bound to the side of the screen, never to a completion.
import { useEffect } from "react";

export type Judgement =
  { verdict: "preferred"; winner: "left" | "right"; strength: 1 | 2 } | { verdict: "tie" | "both_bad" };

export type Action =
  Judgement | "much" | "skip" | "flag" | "undo" | "comment" | "difference" | "guideline" | "history" | "legend";

/** What a key press asks for, or null. Shift makes a preference a strong one, where it is not what makes the digit. */
export function actionOf({ key, code, shiftKey }: Pick<KeyboardEvent, "key" | "code" | "shiftKey">): Action | null {
  const strength = shiftKey && !/^\d$/.test(key) ? 2 : 1;
  // With Shift held the digits' `key` is the sign above them, so their `code` counts.
  if (key === "ArrowLeft" || code === "Digit1" || code === "Numpad1")
    return { verdict: "preferred", winner: "left", strength };
  if (key === "ArrowRight" || code === "Digit2" || code === "Numpad2")
    return { verdict: "preferred", winner: "right", strength };
  if (key === "?") return "legend";
  return PLAIN[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

const PLAIN: Record<string, Action> = {
  ArrowUp: { verdict: "tie" },
  t: { verdict: "tie" },
  ArrowDown: { verdict: "both_bad" },
  b: { verdict: "both_bad" },
  s: "skip",
  u: "undo",
  Backspace: "undo",
  f: "flag",
  c: "comment",
  d: "difference",
  g: "guideline",
  h: "history",
};

/** A press of its own: no other modifier, no held key, nothing that somebody else has dealt with. */
export const isPlain = (event: KeyboardEvent) =>
  !(event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented);

/** Listen to the keys while `enabled`; presses while typing, or while anything is open over the page, are ignored. */
export function useKeys(enabled: boolean, act: (action: Action) => void): void {
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (!isPlain(event) || isTyping(event.target) || scrolls(event)) return;
      if (document.querySelector("[role=dialog]")) return;
      const action = actionOf(event);
      if (action === null) return;
      event.preventDefault();
      act(action);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [enabled, act]);
}

/** To the side in a block of code that is wider than its place. */
function scrolls({ key, target }: KeyboardEvent): boolean {
  if (key !== "ArrowLeft" && key !== "ArrowRight") return false;
  return target instanceof HTMLPreElement && target.scrollWidth > target.clientWidth;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
