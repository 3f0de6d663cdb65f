// What a page reads of its address: the parts that the route names, and what stands behind the question mark.
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

/** What stands behind the question mark: texts as they are, so that an address stays readable and never changes type. */
export type Search = Record<string, string | undefined>;

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Where somebody wanted to go who had to sign in first. */
    from?: string;
  }
}

export const readSearch = (text: string): Search => Object.fromEntries(new URLSearchParams(text));

export function writeSearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/** The part of the address that the route calls `$name`. */
export function useParam(name: string): string {
  const params: Record<string, string | undefined> = useParams({ strict: false });
  return params[name] ?? "";
}

/** The filters that a page keeps in its address, as `read` types them, and how to change some of them. */
export function useFilters<T extends object>(read: (search: Search) => T): [T, (changes: Partial<T>) => void] {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = (changes: Partial<T>) =>
    void navigate({ to: ".", search: { ...search, ...changes }, replace: true, resetScroll: false });
  return [read(search), change];
}
