// How long long work will still take, from how far it was at two times. Pure.

export type Seen = { at: number; done: number };

/** Words such as "about 3 min left"; null while nothing can be said. Times are in milliseconds. */
export function timeLeft(first: Seen, now: Seen, total: number): string | null {
  const steps = now.done - first.done;
  const took = now.at - first.at;
  if (steps <= 0 || took <= 0 || now.done >= total) return null;
  return `about ${words((took / steps) * (total - now.done))} left`;
}

function words(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
