// What formatting a text needs beyond markdown: formulas, colours of code. Loaded when a text first has them.
import type { PluggableList } from "unified";

export type Extras = { remark: PluggableList; rehype: PluggableList; read: (text: string) => string };

export const NO_EXTRAS: Extras = { remark: [], rehype: [], read: (text) => text };

const MATH = /\$[^\s$]|\$\$|\\\(|\\\[/g;
const MOST_FORMULAS = 400; // openings; each formula is dozens of elements
const HAS_CODE = /^ {0,3}(?:`{3,}|~{3,})[ \t]*[a-z+#]/im;

const LOADERS = {
  math: () => import("./markdownMath").then(({ math }) => math),
  code: () => import("./markdownCode").then(({ code }) => code),
};
const loaded = new Map<string, Promise<Extras>>();

/** The extras for this text, or null when it needs none. The same promise each time, as React's `use` wants it. */
export function extrasFor(text: string): Promise<Extras> | null {
  const formulas = text.match(MATH)?.length ?? 0;
  const needs = [
    ...(formulas > 0 && formulas <= MOST_FORMULAS ? (["math"] as const) : []),
    ...(HAS_CODE.test(text) ? (["code"] as const) : []),
  ];
  if (needs.length === 0) return null;
  const name = needs.join();
  const extras = loaded.get(name) ?? load(needs, name);
  loaded.set(name, extras);
  return extras;
}

const MARK = /[\n*[_`|]/g;
const FEW_MARKS = 150;

/** Whether formatting the text takes longer than a few milliseconds. */
export const isHeavy = (text: string) => (text.match(MARK)?.length ?? 0) > FEW_MARKS || extrasFor(text) !== null;

async function load(needs: (keyof typeof LOADERS)[], name: string): Promise<Extras> {
  try {
    const found = await Promise.all(needs.map((need) => LOADERS[need]()));
    return {
      remark: found.flatMap(({ remark }) => remark),
      rehype: found.flatMap(({ rehype }) => rehype),
      read: (text) => found.reduce((read, extras) => extras.read(read), text),
    };
  } catch {
    loaded.delete(name); // without a network: the text is shown without them, and the next one tries again
    return NO_EXTRAS;
  }
}
