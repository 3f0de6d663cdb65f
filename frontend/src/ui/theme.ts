// The look: colour, space and type as tokens of one Mantine theme, light and dark.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const pine: MantineColorsTuple = [
  "#effaf8", "#d3f1ec", "#a9e2d9", "#74cdc0", "#43b3a5", "#24978a", "#157c71", "#0f665e", "#0f524c", "#0e423e",
]; // prettier-ignore

/** The greys of the dark theme, with a touch of the same green. */
const dark: MantineColorsTuple = [
  "#c8cccc", "#b6bbbb", "#808787", "#676e6f", "#3f4748", "#363e3f", "#2a3132", "#212728", "#1b2021", "#111516",
]; // prettier-ignore

const WITH_A_NAME = { defaultProps: { closeButtonProps: { "aria-label": "Close" } } };
// A dialog stands outside of the page's landmarks, where a `header` of its own would be a second banner.
const NO_BANNER = { defaultProps: { component: "div" } };

export const theme = createTheme({
  colors: { pine, dark },
  primaryColor: "pine",
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: "md",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: "650",
    sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.15rem" }, h3: { fontSize: "1rem" } },
  },
  respectReducedMotion: true,
  focusRing: "auto",
  cursorType: "pointer",
  components: { Modal: WITH_A_NAME, Drawer: WITH_A_NAME, ModalHeader: NO_BANNER, DrawerHeader: NO_BANNER },
});

/** Mantine's own dimmed text and its placeholder miss a contrast of 4.5 to 1. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#545c65",
    "--mantine-color-placeholder": "#6b747d",
    "--mantine-color-body": "#fbfcfc",
    "--tb-surface": "#ffffff",
    "--tb-shadow": "rgb(0 0 0 / 22%)",
    "--mantine-color-anchor": "var(--mantine-color-pine-7)",
    "--mantine-color-yellow-light-color": "#7a4a00",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-red-text": "#c92a2a",
    // Told apart by lightness too; each is 3 to 1 against the surface.
    "--tb-chart-1": "#0f665e",
    "--tb-chart-2": "#c2570c",
    "--tb-chart-3": "#3b6fd4",
    "--tb-chart-4": "#8e2a86",
    "--tb-chart-5": "#6b747d",
    "--tb-chart-grid": "#e9eced",
    "--tb-chart-axis": "#8b949c",
  },
  dark: {
    "--mantine-color-dimmed": "#a6adb4",
    "--mantine-color-placeholder": "#949ba2",
    "--mantine-color-body": "#15191a",
    "--tb-surface": "#1d2223",
    "--tb-shadow": "rgb(0 0 0 / 65%)",
    "--mantine-color-anchor": "var(--mantine-color-pine-3)",
    "--mantine-color-error": "#ff8787",
    "--tb-chart-1": "#43b3a5",
    "--tb-chart-2": "#f2a65a",
    "--tb-chart-3": "#84adf5",
    "--tb-chart-4": "#dc8fd6",
    "--tb-chart-5": "#9aa2a9",
    "--tb-chart-grid": "#2b3233",
    "--tb-chart-axis": "#6d767d",
    "--mantine-color-pine-light": "#14312d",
    "--mantine-color-pine-light-color": "#a9e2d9",
    "--mantine-color-red-light": "#3c2021",
    "--mantine-color-red-light-color": "#ffb8b8",
    "--mantine-color-yellow-light": "#372d17",
    "--mantine-color-yellow-light-color": "#f5d98a",
    "--mantine-color-blue-light": "#1b2c3d",
    "--mantine-color-blue-light-color": "#a9d1f7",
  },
});
