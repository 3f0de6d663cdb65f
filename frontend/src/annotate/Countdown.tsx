// The seconds left until a moment, as text.
import { useEffect, useState } from "react";

type Props = { to: number; children: (seconds: number) => string };

/** Give it a `key` of the moment: it looks at the clock when it appears, and twice a second. */
export function Countdown({ to, children }: Props) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return children(Math.max(0, Math.ceil((to - now) / 1000)));
}
