// Switches between the colours of the system, light and dark.
import { ActionIcon, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";

const NEXT: Record<MantineColorScheme, MantineColorScheme> = { auto: "light", light: "dark", dark: "auto" };
const SIGN: Record<MantineColorScheme, string> = { auto: "◐", light: "☀", dark: "☾" };

export function ThemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const label = `Colours: ${colorScheme}. Switch to ${NEXT[colorScheme]}.`;
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(NEXT[colorScheme])}
    >
      <span aria-hidden>{SIGN[colorScheme]}</span>
    </ActionIcon>
  );
}
