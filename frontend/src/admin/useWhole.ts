// A list that is chosen from: all of its pages, one after the other.
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";

export function useWhole<T>(query: UseInfiniteQueryResult<T[]>): T[] {
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const isMore = hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (isMore) void fetchNextPage();
  }, [isMore, fetchNextPage]);
  return data ?? [];
}
