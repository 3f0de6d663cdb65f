// Work that the next picture should not wait for.
const HIDDEN_MS = 100; // a page that is not seen is not painted

/** Calls `act` once, after what has changed by now is on screen; returns a function that calls it off. */
export function afterPaint(act: () => void): () => void {
  let timer = setTimeout(() => {
    cancelAnimationFrame(frame);
    act();
  }, HIDDEN_MS);
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    timer = setTimeout(act); // a frame is painted after its callbacks
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
