// Texts of models are shown and never run.
import { MantineProvider } from "@mantine/core";
import { act, render, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";

import { Markdown } from "@/ui/Markdown";
import { extrasFor } from "@/ui/markdownExtras";
import { math } from "@/ui/markdownMath";
import { OrPlainText } from "@/ui/PlainText";

function show(text: string): HTMLElement {
  const { container } = render(<Markdown text={text} />, { wrapper: MantineProvider });
  return container.lastElementChild as HTMLElement;
}

/** The same, for texts that need more than markdown, which is loaded first. */
async function showWhole(text: string): Promise<void> {
  await act(async () => {
    show(text);
    await extrasFor(text);
  });
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

it.each(["*a_", "a\n=\n", "- a\n", "[^1]", "|a|b|\n"])(
  "shows 30,000 characters of %o, too much to be formatted, as text",
  (part) => {
    const text = part.repeat(30_000 / part.length);
    expect(show(text).textContent).toBe(text);
  },
);

it.each([
  ["word ".repeat(6001), "Shown as written: too long to format"],
  ["*a_".repeat(2000), "Shown as written: too much markup to format"],
  [">".repeat(25), "Shown as written: nested too deeply to format"],
])("says above the text why it is not formatted", (text, said) => {
  const note = show(text).previousElementSibling;
  expect([note?.getAttribute("role"), note?.textContent]).toEqual(["note", said]);
});

it("shows a text as it was written when formatting it fails, and the next one formatted again", () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const Formatted = ({ text }: { text: string }) => {
    if (text.includes("*")) throw new RangeError("Too deep.");
    return <b>{text}</b>;
  };
  const shown = (text: string) => (
    <OrPlainText text={text}>
      <Formatted text={text} />
    </OrPlainText>
  );
  const { container, rerender } = render(shown("*all* of it"));
  expect(container.textContent).toBe("Shown as written: it could not be formatted*all* of it");
  rerender(shown("plain"));
  expect(container.innerHTML).toBe("<b>plain</b>");
  expect(logged).toHaveBeenCalled();
});

it.each([">".repeat(300), "- ".repeat(300), "> 1. ".repeat(50)])("shows %o, which nests too deep, as text", (deep) => {
  const shown = show(`${deep}x`);
  expect(shown.querySelector("blockquote, ul, ol")).toBeNull();
  expect(shown.textContent).toBe(`${deep}x`);
});

it("shows lists that lie in one another over many lines as text", () => {
  const text = Array.from({ length: 20 }, (_, line) => `${" ".repeat(48 * line)}${"- ".repeat(24)}x`).join("\n");
  const shown = show(text);
  expect(shown.querySelector("ul")).toBeNull();
  expect(shown.textContent).toBe(text);
});

it("draws a line, however long it was written", () => {
  expect(show(`a\n\n${"-".repeat(60)}\n\nb`).querySelector("hr")).not.toBeNull();
});

it("keeps single line breaks", () => {
  expect(show("one\ntwo").querySelector("br")).not.toBeNull();
});

it.each(["\u200b\u200b \ufeff", "\u202e\u2066"])("says that a text of invisible characters is empty", (text) => {
  expect(show(text).textContent).toBe("(nothing: the text is empty)");
});

it.each([
  ["an unclosed fence", "before\n```\nprint(1)"],
  ["broken markdown", "**bold [link]( | a | b\n|--\n> > > *"],
  ["right-to-left text", "שלום עולם \u202eabc"],
  ["emoji and joiners", "👩‍👩‍👧‍👦🏳️‍🌈 z̸̢̛a̷l̶g̵o̶"],
  ["100,000 characters on one line", "x".repeat(100_000)],
])("shows %s", (_, text) => {
  const words = text.match(/[\p{L}\d]+/gu) ?? [];
  const shown = show(text).textContent;
  for (const word of words) expect(shown).toContain(word);
});

it("keeps every character of a long text, wherever it is cut", () => {
  const text = `${"word ".repeat(900)}\n\n${"y".repeat(9000)}\n${"line\n".repeat(6000)}end`;
  expect(show(text).textContent).toBe(text);
});

it.each([
  ["$x^2$ and $$y_1$$", 2],
  ["so \\(a+b\\), then\n\n\\[\\frac{1}{2}\\]\n", 2],
  ["| a |\n|---|\n| $z$ |", 1],
])("sets the formulas of %o", async (text, amount) => {
  await showWhole(text);
  await waitFor(() => expect(document.querySelectorAll(".katex")).toHaveLength(amount));
});

it.each(["It costs $5, or $10 with tax.", "from $5-$10", "`$x$` and\n```\n$y$ \\(z\\)\n```", "US$ and $ 5$"])(
  "sets no formula in %o",
  async (text) => {
    await showWhole(text);
    await extrasFor(text);
    await waitFor(() => expect(document.body.textContent).toContain(text.slice(0, 2).replace("`", "")));
    expect(document.querySelector(".katex")).toBeNull();
  },
);

it.each([
  ["````\n```\n\\(x\\)\n```\n\\(y\\)\n````\n\\(z\\)", "````\n```\n\\(x\\)\n```\n\\(y\\)\n````\n$$z$$"],
  ["```\n\\(x\\)\n~~~\n\\(y\\)\n```\n\\(z\\)", "```\n\\(x\\)\n~~~\n\\(y\\)\n```\n$$z$$"],
  ["`` ` \\(x\\) `` \\(y\\)", "`` ` \\(x\\) `` $$y$$"],
  ["one ` tick\n\n\\(x\\) and `\\(y\\)`", "one ` tick\n\n$$x$$ and `\\(y\\)`"],
  ["\\[ open \\[a \\\\[2pt] b\\]", "\\[ open $$a \\\\[2pt] b$$"],
])("leaves the code of %o alone", (text, read) => {
  expect(math.read(text)).toBe(read);
});

it.each(["\\[", "\\(", "$a ", "$$", "`a", "~~~\n", "``` a\n", "\\[a\n"])(
  "reads 100,000 characters of %o without delay",
  (part) => {
    const text = part.repeat(100_000 / part.length);
    const started = performance.now();
    math.read(text);
    expect(performance.now() - started).toBeLessThan(2000);
  },
);

it("shows a formula that cannot be set, and runs nothing of it", async () => {
  await showWhole("$\\frac{1$ and $\\href{javascript:alert(1)}{x}$");
  await waitFor(() => expect(document.querySelector(".katex, .katex-error")).not.toBeNull());
  expect(document.querySelector("a[href^=javascript]")).toBeNull();
});

it("colours code that names its language", async () => {
  await showWhole("```python\ndef f(): return '<b>'\n```");
  await waitFor(() => expect(document.querySelector(".hljs-keyword")?.textContent).toBe("def"));
  expect(document.querySelector("b")).toBeNull();
});

it("shows headings by their level, and makes none of them one of the page's", () => {
  const shown = show("# One\n\n## Two\n\ntext");
  const levels = Array.from(shown.querySelectorAll<HTMLElement>("p"), ({ dataset }) => dataset["level"]);
  expect(levels).toEqual(["1", "2", undefined]);
  expect(shown.querySelector("h1, h2")).toBeNull();
});
