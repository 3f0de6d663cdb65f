// Formulas in texts, as models write them: $x$, $$x$$, \(x\) and \[x\]. Prices and code are left alone.
import "katex/dist/katex.min.css";

import rehypeKatex from "rehype-katex";
import remarkMath from "remark-math";

import type { Extras } from "./markdownExtras";

// Code first, so that nothing in it is taken for a formula. A fence ends with one of its own kind that is as long, or with
// the text; a span ends with a run of as many ticks, in the same paragraph.
const FENCE = /^[ \t]*(?<fence>`{3,}|~{3,})[^\n`]*$[^]*?(?:^[ \t]*\k<fence>[`~]*[ \t]*$|(?![^]))/;
const SPAN = /(?<!`)(?<ticks>`+)(?!`)(?:(?!\n[ \t]*\n)[^])*?(?<!`)\k<ticks>(?!`)/;
// What is never closed ends where the next one begins, so that each character is looked at a few times at most.
const SQUARE = /(?<!\\)\\\[((?:[^\\]|\\[^[\]])+?)\\\]/;
const ROUND = /(?<!\\)\\\(((?:[^\\]|\\[^()])+?)\\\)/;
const DOLLARS = /\$\$([^\n]+?)\$\$/;
const DOLLAR = /(?<![\\$\w])\$(?![\s$])([^$\n]*?[^\s$\\])\$(?![\w$])/;
const ALONE = new RegExp(`^(?<indent>[ \\t]*)(?:${SQUARE.source}|${DOLLARS.source})[ \\t]*$`);

const PARTS = new RegExp([FENCE, SPAN, ALONE, SQUARE, ROUND, DOLLAR].map(({ source }) => source).join("|"), "gm");

export const math: Extras = {
  remark: [[remarkMath, { singleDollarTextMath: false }]],
  rehype: [[rehypeKatex, { strict: "ignore", trust: false, maxExpand: 200, maxSize: 20 }]],
  read: (text) => text.replace(PARTS, (whole, ...found) => written(whole, found as Found)),
};

type Names = { fence?: string; ticks?: string; indent?: string };
/** The groups in their order, the place, the whole text, the groups by their names. */
type Found = [...(string | undefined)[], number, string, Names];

/** As remark-math reads it: a formula that stands alone becomes a paragraph of its own. */
function written(whole: string, found: Found): string {
  const { fence, ticks, indent } = found.at(-1) as Names;
  if (fence !== undefined || ticks !== undefined) return whole;
  const formulas = found.slice(0, -3).filter((one) => one !== indent) as (string | undefined)[];
  const formula = (formulas.find((one) => one !== undefined) ?? "").trim();
  if (indent === undefined) return `$$${formula.replace(/\s*\n\s*/g, " ")}$$`;
  return `${indent}$$\n${indent}${formula}\n${indent}$$`;
}
