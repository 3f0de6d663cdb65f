// Shows a query's data, or that it loads in the room that it will take, or waits for the network, or why it failed.
import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ErrorNote } from "./ErrorNote";
import { Offline } from "./Offline";

type Props<T> = {
  query: UseQueryResult<T> | Pick<UseQueryResult<T>, "data" | "error" | "fetchStatus">;
  /** Pixels kept free while it loads. */
  height?: number;
  children: (data: T) => ReactNode;
};

export function ResultOf<T>({ query, height = 240, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorNote error={query.error} title="This could not be loaded" />;
  if (query.fetchStatus === "paused") return <Offline />;
  return <Skeleton height={height} role="status" aria-label="Loading" />;
}
