// Keeps the files of the annotator's page, so that it opens again without a network. Nothing that the API answers is kept.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(fromCache(request));
  else if (request.mode === "navigate" && pathname.startsWith("/annotate")) event.respondWith(fromNetwork(request));
});

/** Files whose names change with their content. */
async function fromCache(request) {
  return (await caches.match(request)) ?? fetch(request);
}

/** The page itself, anew whenever the service can be reached. */
async function fromNetwork(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match("/annotate");
    if (kept) return kept;
    throw error;
  }
}
