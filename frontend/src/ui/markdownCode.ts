// Colours for code blocks that name their language.
import rehypeHighlight from "rehype-highlight";

import type { Extras } from "./markdownExtras";

export const code: Extras = { remark: [], rehype: [[rehypeHighlight, { detect: false }]], read: (text) => text };
