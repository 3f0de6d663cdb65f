// Whether what is on screen has been painted, so that work for later does not hold it up.
import { useEffect, useState } from "react";

/** `id` names what is on screen; false again from when it changes until that is painted. */
export function usePainted(id: string | undefined): boolean {
  const [painted, setPainted] = useState<string>();
  useEffect(() => {
    let after: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      after = setTimeout(() => setPainted(id)); // a frame is painted after its callbacks
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(after);
    };
  }, [id]);
  return painted === id;
}
