// How a person likes to see the pairs, remembered in the browser.
import { useLocalStorage } from "@mantine/hooks";

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
  const at = Math.max(0, SIZES.indexOf(size));
  return {
    size,
    /** The next smaller and larger size; undefined at the ends. */
    smaller: SIZES[at - 1],
    larger: SIZES[at + 1],
    setSize,
    together,
    setTogether,
  };
}
