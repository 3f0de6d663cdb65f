// Keeps the files that this page has loaded, so that a reload without a network opens it again (public/sw.js).

const CACHE = "tiebreak-pages";

/** Does nothing where the browser has no service workers: in development, and where the address is plain http. */
export async function keepPages(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js");
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  const ours = files.filter((name) => name.startsWith(`${window.location.origin}/assets/`));
  const isKept = await caches.match(ours.at(0) ?? "");
  if (!isKept) await caches.delete(CACHE); // files of an earlier version
  const cache = await caches.open(CACHE);
  await cache.addAll(["/annotate", ...new Set(ours)]);
}
