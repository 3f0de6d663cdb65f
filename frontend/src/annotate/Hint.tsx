// A small button that also tells its key.
import { Button, Kbd } from "@mantine/core";

type Props = {
  label: string;
  keys: string;
  disabled?: boolean;
  pressed?: boolean;
  visibleFrom?: "sm";
  onClick: () => void;
};

export function Hint({ label, keys, disabled = false, pressed, visibleFrom, onClick }: Props) {
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
      <Kbd size="xs" ml={6} visibleFrom="sm" aria-hidden>
        {keys}
      </Kbd>
    </Button>
  );
}
