// Shows a query's data, or that it loads, or why it failed.
import { Center, Loader } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ErrorNote } from "./ErrorNote";

type Props<T> = {
  query: UseQueryResult<T> | Pick<UseQueryResult<T>, "data" | "error">;
  children: (data: T) => ReactNode;
};

export function ResultOf<T>({ query, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorNote error={query.error} title="This could not be loaded" />;
  return (
    <Center mih={120}>
      <Loader aria-label="Loading" />
    </Center>
  );
}
