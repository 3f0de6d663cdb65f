// Formulas in texts, as models write them: $x$, $$x$$, \(x\) and \[x\]. Prices and code are left alone.
import "katex/dist/katex.min.css";

import rehypeKatex from "rehype-katex";
import remarkMath from "remark-math";

import type { Extras } from "./markdownExtras";

// Code first, so that nothing in it is taken for a formula; then what makes a paragraph of its own; then the rest.
const PARTS =
  /(^ {0,3}(?:```|~~~)[\s\S]*?(?:^ {0,3}(?:```|~~~)[ \t]*$|(?![\s\S]))|(`+)[\s\S]*?\2)|^([ \t]*)(?:\\\[([\s\S]+?)\\\]|\$\$([^\n]+?)\$\$)[ \t]*$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|(?<![\\$\w])\$(?![\s$])([^$\n]*?[^\s$\\])\$(?![\w$])/gm;

export const math: Extras = {
  remark: [[remarkMath, { singleDollarTextMath: false }]],
  rehype: [[rehypeKatex, { strict: "ignore", trust: false, maxExpand: 200, maxSize: 20 }]],
  read: (text) =>
    text.replace(PARTS, (whole: string, code: string | undefined, _ticks, indent: string | undefined, ...found) => {
      if (code !== undefined) return whole;
      const formula = found.slice(0, 5).find((one): one is string => typeof one === "string") ?? "";
      if (indent === undefined) return `$$${formula.trim().replace(/\s*\n\s*/g, " ")}$$`;
      return `${indent}$$\n${indent}${formula.trim()}\n${indent}$$`;
    }),
};
