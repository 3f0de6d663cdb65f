// A small button that also tells its key.
import { Button } from "@mantine/core";
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";

import classes from "./Hint.module.css";

type Props = {
  label: string;
  keys: string;
  disabled?: boolean;
  pressed?: boolean;
  visibleFrom?: "xs";
  /** It opens something, which gives the focus back. */
  opens?: boolean;
  onClick: () => void;
  /** Stands behind the key. */
  children?: ReactNode;
};

/** One press, one deed: by the second click of a double one, and under a held key, another pair is on screen. */
export const oncePressed = (onClick: () => void, opens = false) => ({
  onClick: ({ detail, currentTarget }: MouseEvent<HTMLButtonElement>) => {
    if (detail > 0 && !opens) currentTarget.blur(); // Space scrolls again after a click with the mouse
    if (detail < 2) onClick();
  },
  onKeyDown: withoutRepeat,
});

export const withoutRepeat = (event: KeyboardEvent) => {
  if (event.repeat && (event.key === "Enter" || event.key === " ")) event.preventDefault();
};

export function Hint({ label, keys, disabled = false, pressed, visibleFrom, opens, onClick, children }: Props) {
  return (
    <Button
      visibleFrom={visibleFrom}
      variant={pressed ? "light" : "subtle"}
      color={pressed ? undefined : "gray"}
      c={pressed || disabled ? undefined : "dimmed"}
      size="compact-sm"
      px={8}
      h={30}
      aria-pressed={pressed}
      disabled={disabled}
      {...oncePressed(onClick, opens)}
      bg={disabled ? "transparent" : undefined}
    >
      {label}
      <Key name={keys} isSmall />
      {children}
    </Button>
  );
}

type KeyProps = { name: string; isSmall?: boolean; isSecond?: boolean };

/** The sign of a key, where there is likely to be a keyboard. A plain element: dozens of them stand on the page. */
export function Key({ name, isSmall = false, isSecond = false }: KeyProps) {
  return (
    <kbd className={classes.key} data-small={isSmall || undefined} data-second={isSecond || undefined} aria-hidden>
      {name}
    </kbd>
  );
}
