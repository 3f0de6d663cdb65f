// What a list shows, kept in the address: it survives a reload, and a link to it can be sent.
import { type Search, useFilters as useSearch } from "@/ui/address";

export function useFilters() {
  const [search, change] = useSearch((found: Search) => found);
  return {
    /** Of a closed set: what is no member counts as absent. */
    one: <const T extends string>(name: string, among: readonly T[]) => among.find((value) => value === search[name]),
    text: (name: string) => search[name] || undefined,
    isAny: Object.entries(search).some(([name, value]) => name !== "sort" && value),
    set: (changes: Record<string, string | null>) =>
      change(Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? undefined]))),
    clear: () => change(Object.fromEntries(Object.keys(search).map((name) => [name, undefined]))),
  };
}
