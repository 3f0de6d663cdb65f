// Renders text written by a model or by a stranger: markdown without raw HTML, without images, with links that open in a tab of their own.
import { memo, type ReactNode, Suspense, use } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";

import classes from "./Markdown.module.css";
import { type Extras, extrasFor, NO_EXTRAS } from "./markdownExtras";
import { OrPlainText, PlainText } from "./PlainText";

// Texts beyond these are shown as they are, because formatting them would hold up the page.
const LONGEST = 30_000; // characters
const MOST_MARKS = 2500; // line ends, and characters that may be markup
const MARK = /[\n#$&*<=>@[\\\]_`|~]/g;
// Quotes and lists in one another, on one line or by the room before a line's own mark.
const TOO_DEEP = /^(?:(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])[ \t])){25}|[ \t]{60,}(?:>|(?:[*+-]|\d{1,9}[.)])[ \t]))/m;
const INVISIBLE = /^[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*$/;

const components: Components = {
  // An image would tell its server who reads what, and when.
  img: ({ alt, src }) => <span>[image: {[alt, typeof src === "string" ? src : ""].filter(Boolean).join(", ")}]</span>,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  ...headings(),
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
};

/** Paragraphs that look like headings: those of an answer are none of the page's. */
function headings(): Components {
  const level = (number: number) =>
    function Heading({ children }: { children?: ReactNode }) {
      return (
        <p className={classes.heading} data-level={number}>
          {children}
        </p>
      );
    };
  return { h1: level(1), h2: level(2), h3: level(3), h4: level(4), h5: level(5), h6: level(6) };
}

export const Markdown = memo(function Markdown({ text }: { text: string }) {
  if (INVISIBLE.test(text)) return <p className={classes.nothing}>(nothing: the text is empty)</p>;
  const why = whyPlain(text);
  if (why !== null) return <PlainText text={text} why={why} />;
  const extras = extrasFor(text);
  return (
    <OrPlainText text={text}>
      {extras === null ? (
        <Formatted text={text} extras={NO_EXTRAS} />
      ) : (
        <Suspense fallback={<Formatted text={text} extras={NO_EXTRAS} />}>
          <WithExtras text={text} extras={extras} />
        </Suspense>
      )}
    </OrPlainText>
  );
});

/** Why this text is shown as it was written; null where it is formatted. */
function whyPlain(text: string): string | null {
  if (text.length > LONGEST) return "too long to format";
  if ((text.match(MARK)?.length ?? 0) > MOST_MARKS) return "too much markup to format";
  return TOO_DEEP.test(text) ? "nested too deeply to format" : null;
}

function WithExtras({ text, extras }: { text: string; extras: Promise<Extras> }) {
  return <Formatted text={text} extras={use(extras)} />;
}

function Formatted({ text, extras }: { text: string; extras: Extras }) {
  return (
    <div className={classes.text} dir="auto">
      <ReactMarkdown
        remarkPlugins={[remarkGfm, remarkBreaks, ...extras.remark]}
        rehypePlugins={extras.rehype}
        components={components}
      >
        {extras.read(text)}
      </ReactMarkdown>
    </div>
  );
}
