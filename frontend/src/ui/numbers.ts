// How numbers and times are written. Knows nothing of what they mean.
const NONE = "–";

export const count = (value: number | null | undefined) => (value == null ? NONE : value.toLocaleString("en-US"));

/** "1 pair", "2 pairs". */
export const many = (value: number, noun: string) => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Of what the service counts no further than this. */
export const MOST_COUNTED = 10_000;
export const countOrMore = (value: number) => count(value) + (value < MOST_COUNTED ? "" : " or more");

export const decimal = (value: number | null | undefined, digits = 2) =>
  value == null
    ? NONE
    : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const percent = (share: number | null | undefined, digits = 1) =>
  share == null ? NONE : `${decimal(share * 100, digits)} %`;

/** Any figure in few characters: whole numbers as they are, small ones with four significant digits. */
export function figure(value: number | null | undefined): string {
  if (value == null) return NONE;
  if (Number.isInteger(value)) return count(value);
  const size = Math.abs(value);
  return size >= 1000 || size < 0.001 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

export const time = (iso: string | null | undefined) =>
  iso == null ? NONE : new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

export const day = (iso: string) => new Date(iso).toLocaleDateString(undefined, { dateStyle: "medium" });
export const hour = (iso: string) => new Date(iso).toLocaleTimeString(undefined, { timeStyle: "short" });

/** A span of time in the unit that fits it. */
export function seconds(value: number): string {
  if (value < 90) return `${Math.max(1, Math.round(value))} s`;
  return value < 5400 ? `${Math.round(value / 60)} min` : `${decimal(value / 3600, 1)} h`;
}

export function duration(fromIso: string | null | undefined, toIso: string | null | undefined): string {
  if (fromIso == null || toIso == null) return NONE;
  return seconds((Date.parse(toIso) - Date.parse(fromIso)) / 1000);
}
