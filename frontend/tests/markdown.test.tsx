// Texts of models are shown and never run.
import { MantineProvider } from "@mantine/core";
import { render } from "@testing-library/react";
import { expect, it } from "vitest";

import { Markdown } from "@/ui/Markdown";

function show(text: string): HTMLElement {
  const { container } = render(<Markdown text={text} />, { wrapper: MantineProvider });
  return container.lastElementChild as HTMLElement;
}

it("shows HTML as text", () => {
  const shown = show("<script>alert(1)</script> <img src=x onerror=alert(1)> fine");
  expect(shown.querySelector("script, img")).toBeNull();
  expect(shown.textContent).toContain("<script>alert(1)</script>");
});

it("takes the danger out of links and fetches no image", () => {
  const shown = show("[a](javascript:alert(1)) [b](https://example.org) ![c](https://example.org/c.png)");
  const [first, second] = shown.querySelectorAll("a");
  expect(first?.getAttribute("href") ?? "").not.toContain("javascript");
  expect(second?.getAttribute("rel")).toContain("noopener");
  expect(shown.querySelector("img")).toBeNull();
  expect(shown.textContent).toContain("[image: c, https://example.org/c.png]");
});

it("says that an empty text is empty", () => {
  expect(show(" \n").textContent).toBe("(nothing: the text is empty)");
});

it("shows a very long text whole", () => {
  const text = "word ".repeat(20_000);
  expect(show(text).textContent).toBe(text);
});

it("keeps single line breaks", () => {
  expect(show("one\ntwo").querySelector("br")).not.toBeNull();
});
