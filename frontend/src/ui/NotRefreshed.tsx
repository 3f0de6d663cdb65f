// Says above a page that what it shows is not of now: its refreshes fail, or the network is gone.
import { Alert, Container } from "@mantine/core";
import { type Query, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";

import { describe } from "./ErrorNote";
import { hour } from "./numbers";
import { PAGE_WIDTH } from "./Page";

const AGAIN_MS = 10_000;

export function NotRefreshed() {
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const subscribe = useCallback((watcher: () => void) => cache.subscribe(watcher), [cache]);
  const query = useSyncExternalStore(subscribe, () => cache.getAll().find(isBehind));
  const isFailing = query?.state.status === "error";
  useEffect(() => {
    if (!isFailing) return;
    // Not all of a page is asked for again by itself.
    const timer = setInterval(() => void client.refetchQueries({ predicate: isBehind }), AGAIN_MS);
    return () => clearInterval(timer);
  }, [client, isFailing]);
  if (!query) return null;
  const { dataUpdatedAt, error, fetchStatus } = query.state;
  const isOffline = fetchStatus === "paused";
  return (
    <Container size={PAGE_WIDTH} w="100%" pt="md">
      <Alert
        color="yellow"
        variant="light"
        title={`Not refreshed since ${hour(new Date(dataUpdatedAt).toISOString())}`}
        role="status"
      >
        {isOffline ? "You are offline. This page goes on by itself when the network is back." : describe(error)}
      </Alert>
    </Container>
  );
}

const isBehind = (query: Query) =>
  query.isActive() &&
  query.state.data !== undefined &&
  (query.state.status === "error" || query.state.fetchStatus === "paused");
