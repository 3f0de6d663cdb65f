// Keys are bound to the side of the screen.
import { expect, it } from "vitest";

import { actionOf } from "@/annotate/keys";

const press = (key: string, code = "", shiftKey = false) => actionOf({ key, code, shiftKey });

it.each([
  ["ArrowLeft", "", "left"],
  ["1", "Digit1", "left"],
  ["1", "Numpad1", "left"],
  ["ArrowRight", "", "right"],
  ["2", "Digit2", "right"],
])("%s means the %s side", (key, code, winner) => {
  expect(press(key, code)).toEqual({ verdict: "preferred", winner, strength: 1 });
});

it("Shift makes it much better, whatever sign the digit then has", () => {
  expect(press("!", "Digit1", true)).toEqual({ verdict: "preferred", winner: "left", strength: 2 });
  expect(press("ArrowRight", "", true)).toEqual({ verdict: "preferred", winner: "right", strength: 2 });
});

it.each([
  ["ArrowUp", { verdict: "tie" }],
  ["T", { verdict: "tie" }],
  ["b", { verdict: "both_bad" }],
  ["s", "skip"],
  ["Backspace", "undo"],
  ["?", "legend"],
  ["x", null],
  ["Enter", null],
])("%s means %o", (key, action) => {
  expect(press(key)).toEqual(action);
});

it("where Shift makes the digit, it does not make it much better", () => {
  expect(press("1", "Digit1", true)).toEqual({ verdict: "preferred", winner: "left", strength: 1 });
});
