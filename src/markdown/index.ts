/**
 * The room of Markdown: texts of users as they may stand in what an editor shows, which runs commands of links and
 * fetches images. It knows no parser: what parsers disagree about must do no harm in any of them.
 */

export { harmlessLine, harmlessMarkdown } from "./harmless.js";
export { asImage } from "./image.js";
export { asLabel } from "./label.js";
export { asCode, asCodeBlock } from "./marks.js";
