// How a person likes to see the pairs, remembered in the browser.
import { useLocalStorage } from "@mantine/hooks";
import { useMemo } from "react";

const SIZES = [0.875, 1, 1.125, 1.25, 1.5];

export type View = ReturnType<typeof useView>;

export function useView() {
  const [size, setSize] = useLocalStorage({
    key: "tiebreak.text-size",
    defaultValue: 1,
    getInitialValueInEffect: false,
  });
  const [together, setTogether] = useLocalStorage({
    key: "tiebreak.scroll-together",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  return useMemo(() => {
    const at = Math.max(0, SIZES.indexOf(size));
    // The next smaller and larger size are undefined at the ends.
    return { size, smaller: SIZES[at - 1], larger: SIZES[at + 1], setSize, together, setTogether };
  }, [size, setSize, together, setTogether]);
}
