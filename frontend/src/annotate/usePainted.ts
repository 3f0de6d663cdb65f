// Whether what is on screen has been painted, so that work for later does not hold it up.
import { useEffect, useState } from "react";

import { afterPaint } from "@/ui/afterPaint";

/** `id` names what is on screen; false again from when it changes until that is painted. */
export function usePainted(id: string | undefined): boolean {
  const [painted, setPainted] = useState<string>();
  useEffect(() => afterPaint(() => setPainted(id)), [id]);
  return painted === id;
}
