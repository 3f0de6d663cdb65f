// Lists that the service hands out page by page.
import { infiniteQueryOptions, type QueryKey } from "@tanstack/react-query";

type Page<T> = { items: T[]; next_cursor?: string | null };

/** Options of an infinite query over a cursor-paged list; its data is the flat list of the items loaded so far. */
export function pagedQuery<T>(queryKey: QueryKey, load: (cursor: string | undefined) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
  });
}
