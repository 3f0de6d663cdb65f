// Lets two columns scroll as one, each in proportion to its length, and by the keys that scroll a page.
import { type RefObject, useEffect, useRef } from "react";

const PAGES: Record<string, number> = { PageDown: 0.9, PageUp: -0.9, " ": 0.9 };

/** For the element that holds the columns, which are marked `data-column`. */
export function useScrollTogether(together: boolean): RefObject<HTMLDivElement | null> {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const columns = [...(frame.current?.querySelectorAll<HTMLElement>("[data-column]") ?? [])];
    let led: HTMLElement | null = null; // moved by us, so that its own scroll event leads nobody
    const follow = ({ target }: Event) => {
      if (target === led) {
        led = null;
        return;
      }
      const other = columns.find((column) => column !== target);
      if (!together || !other || !(target instanceof HTMLElement) || !columns.includes(target)) return;
      const top = Math.round(shareOf(target) * roomOf(other));
      if (Math.abs(other.scrollTop - top) < 1) return;
      led = other;
      other.scrollTop = top;
    };
    const page = (event: KeyboardEvent) => {
      const by = PAGES[event.key];
      const isOurs = event.target === document.body || columns.includes(event.target as HTMLElement);
      if (by === undefined || !isOurs || event.ctrlKey || event.metaKey || event.altKey) return;
      const moved = together ? longest(columns) : columns;
      if (moved.every((column) => roomOf(column) <= 0)) return; // stacked: the page itself scrolls
      event.preventDefault();
      for (const column of moved) column.scrollBy({ top: (event.shiftKey ? -1 : 1) * by * column.clientHeight });
    };
    columns.forEach((column) => column.addEventListener("scroll", follow, { passive: true }));
    window.addEventListener("keydown", page);
    return () => {
      columns.forEach((column) => column.removeEventListener("scroll", follow));
      window.removeEventListener("keydown", page);
    };
  }, [together]);
  return frame;
}

const roomOf = ({ scrollHeight, clientHeight }: HTMLElement) => scrollHeight - clientHeight;

const shareOf = (column: HTMLElement) => (roomOf(column) > 0 ? column.scrollTop / roomOf(column) : 0);

const longest = (columns: HTMLElement[]) => columns.toSorted((a, b) => roomOf(b) - roomOf(a)).slice(0, 1);
