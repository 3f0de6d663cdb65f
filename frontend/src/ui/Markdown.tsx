// Renders text written by a model or by a stranger: markdown without raw HTML, without images, with inert links.
import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkBreaks from "remark-breaks";
import remarkGfm from "remark-gfm";

import classes from "./Markdown.module.css";

const LONGEST = 30_000; // characters; longer texts are shown as they are, because parsing would hold up the page
const plugins = [remarkGfm, remarkBreaks];

const components: Components = {
  // An image would tell its server who reads what, and when.
  img: ({ alt, src }) => <span>[image: {[alt, typeof src === "string" ? src : ""].filter(Boolean).join(", ")}]</span>,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  h1: ({ children }) => <p className={classes.heading}>{children}</p>,
  h2: ({ children }) => <p className={classes.heading}>{children}</p>,
  h3: ({ children }) => <p className={classes.heading}>{children}</p>,
  h4: ({ children }) => <p className={classes.heading}>{children}</p>,
  h5: ({ children }) => <p className={classes.heading}>{children}</p>,
  h6: ({ children }) => <p className={classes.heading}>{children}</p>,
};

export const Markdown = memo(function Markdown({ text }: { text: string }) {
  if (text.trim() === "") return <p className={classes.nothing}>(nothing: the text is empty)</p>;
  if (text.length > LONGEST) {
    return (
      <div className={`${classes.text ?? ""} ${classes.plain ?? ""}`} dir="auto">
        {text}
      </div>
    );
  }
  return (
    <div className={classes.text} dir="auto">
      <ReactMarkdown remarkPlugins={plugins} components={components}>
        {text}
      </ReactMarkdown>
    </div>
  );
});
