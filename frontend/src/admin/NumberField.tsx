// A number as people write it, 5e-7 among them. What is no number within the bounds stays as typed, is said at the
// field, and keeps its form from being sent.
import { TextInput, UnstyledButton } from "@mantine/core";
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import classes from "./NumberField.module.css";

/** `above` and `below` are bounds that are not themselves allowed; a field with a `step` has steppers. */
export type Bounds = {
  isWhole?: boolean;
  min?: number;
  above?: number;
  max?: number;
  below?: number;
  step?: number;
};

/** The greatest seed that every generator takes. */
export const MAX_SEED = 2 ** 31 - 1;

type Props = Bounds & {
  label: string;
  description?: string;
  value: number | null;
  onChange: (value: number | null) => void;
  /** What an empty field stands for; without it the field may not be empty. */
  empty?: string;
};

export function NumberField({ label, description, value, onChange, empty, ...bounds }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<{ text: string; value: number | null } | null>(null);
  const [isTold, setTold] = useState(false);
  // What was typed stands until the value changes by other means.
  const text = typed && typed.value === value ? typed.text : value === null ? "" : String(value);
  const read = text.trim() === "" ? null : Number(text);
  const isWrong = read === null ? empty === undefined : !isWithin(read, bounds);
  const error = isWrong ? inWords(bounds) : "";
  useLayoutEffect(() => input.current?.setCustomValidity(error), [error]);

  const change = (next: string) => {
    const number = next.trim() === "" ? null : Number(next);
    const isTaken = number === null ? empty !== undefined : isWithin(number, bounds);
    setTyped({ text: next, value: isTaken ? number : value });
    setTold(false);
    if (isTaken) onChange(number);
  };
  const stepBy = (step: number) => {
    const next = read === null ? (bounds.min ?? bounds.above ?? 0) : Number((read + step).toPrecision(12));
    if (isWithin(next, bounds)) change(String(next));
  };
  const { step } = bounds;
  const onKeyDown = (event: KeyboardEvent) => {
    if (step === undefined || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    stepBy(event.key === "ArrowUp" ? step : -step);
  };
  return (
    <TextInput
      ref={input}
      label={label}
      description={description}
      required={empty === undefined}
      placeholder={empty}
      autoComplete="off"
      value={text}
      error={isTold && error}
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={() => setTold(true)}
      onInvalid={() => setTold(true)}
      onKeyDown={onKeyDown}
      rightSection={step !== undefined && <Steppers onStep={(sign) => stepBy(sign * step)} />}
    />
  );
}

/** For the pointer alone: the arrow keys do the same. */
function Steppers({ onStep }: { onStep: (sign: 1 | -1) => void }) {
  return (
    <div className={classes.steppers} aria-hidden>
      {([1, -1] as const).map((sign) => (
        <UnstyledButton key={sign} className={classes.stepper} tabIndex={-1} onClick={() => onStep(sign)}>
          {sign === 1 ? "▴" : "▾"}
        </UnstyledButton>
      ))}
    </div>
  );
}

function isWithin(value: number, { isWhole, min, above, max, below }: Bounds): boolean {
  return (
    Number.isFinite(value) &&
    (!isWhole || Number.isInteger(value)) &&
    value >= (min ?? -Infinity) &&
    value > (above ?? -Infinity) &&
    value <= (max ?? Infinity) &&
    value < (below ?? Infinity)
  );
}

/** "Give a number above 0, at most 5." */
function inWords({ isWhole, min, above, max, below }: Bounds): string {
  const noun = isWhole ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) return `Give ${noun} from ${min} to ${max}.`;
  const bounds = [
    min !== undefined && `of at least ${min}`,
    above !== undefined && `above ${above}`,
    max !== undefined && `at most ${max}`,
    below !== undefined && `below ${below}`,
  ].filter(Boolean);
  return `Give ${[noun, bounds.join(", ")].filter(Boolean).join(" ")}.`;
}
