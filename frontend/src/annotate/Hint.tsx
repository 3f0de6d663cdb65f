// A small button that also tells its key.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./Hint.module.css";

type Props = {
  label: string;
  keys: string;
  disabled?: boolean;
  pressed?: boolean;
  visibleFrom?: "xs";
  onClick: () => void;
  /** Stands behind the key. */
  children?: ReactNode;
};

export function Hint({ label, keys, disabled = false, pressed, visibleFrom, onClick, children }: Props) {
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
      onClick={onClick}
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
