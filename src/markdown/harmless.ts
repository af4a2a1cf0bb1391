import { asCodeBlock } from "./marks.js";

/** No width, no meaning: it keeps two signs from being read together, in code and in text alike. */
const apart = "\u200b";

/** What is longer is cut: nobody reads it, and parsers of editors take long for some texts. */
const longestText = 10_000; // characters

/** A link's address that may stay, between `<` and `>` or up to a blank or a parenthesis. */
const webAddress = String.raw`(?:https?:\/\/|<https?:\/\/[^\s<>]*>)`;

/**
 * Where two signs begin what is no link to the web:
 * the address of a link in parentheses, or behind the name of one;
 * an image; a tag, a comment, or an address between `<` and `>`;
 * an address in plain text that is of mail or of another protocol; a command, wherever a word begins.
 */
const openings = new RegExp(
  [
    String.raw`(?<=\])(?=[(:])(?![(:][ \t]*${webAddress})`,
    String.raw`(?<=!)(?=\[)`,
    String.raw`(?<=<)(?=[a-z\/!?])(?<!<(?=https?:\/\/[^\s<>]*>))`,
    String.raw`(?<=<)(?=[^\s<>]*@)`,
    String.raw`(?<=[\w.+-]@)(?=[\w-])`,
    String.raw`(?<=(?:^|[^a-z])[a-z][\w+.-]{0,30}:)(?<!(?:^|[^a-z\d+.-])https?:)(?=\/\/)`,
    String.raw`(?<=(?:^|[^\w/?&=#.%-])command)(?=:)`,
  ].join("|"),
  "gi",
);

/** What every text has in which there is anything to keep apart; most have none, and are asked for with every key. */
const suspicious = /\][(:]|!\[|[<@]|:\/\/|command:/i;

/** The addresses of links that may stay, in which a mark of mail would be taken for one. */
const kept = /(?<=\]\([ \t]*<?|<)https?:\/\/[^\s<>()]*/gi;

/**
 * A user's Markdown as an editor may show it: no link leads elsewhere than to `http` and `https`, none runs a command,
 * nothing is fetched without a click, there are no images, and what follows it is not drawn into it. Emphasis, lists,
 * tables, code, formulas between dollars and links to the web stay. Signs that would do harm are kept apart by a space
 * of no width, so that all is still there to be read, whichever parser reads it and whatever that takes for code. What
 * would keep a parser busy for long is shown as it is written, as a block of code.
 */
export function harmlessMarkdown(text: string): string {
  const shown = harmlessLine(text);
  return isTooDense(shown) ? asCodeBlock(shown, "text") : closed(shown);
}

/** As {@link harmlessMarkdown}, for a text within a line of ours. */
export function harmlessLine(text: string): string {
  const cut = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return !suspicious.test(cut)
    ? cut
    : cut.replace(kept, (address) => address.replaceAll("@", "%40")).replace(openings, apart);
}

/** More marks of emphasis are in no paragraph that is meant to be read; parsers compare each with each. */
const mostMarks = 1000;

/** A line that begins as deep in lists and quotations is meant for the stack of a parser. */
const deep = /^(?:[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])(?=[ \t]))){20}/m;

function isTooDense(text: string): boolean {
  if (deep.test(text)) {
    return true;
  }
  return (
    text.length > mostMarks &&
    text
      .split(/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)/)
      .some((paragraph) => (paragraph.match(/[*_~]/g)?.length ?? 0) > mostMarks)
  );
}

/** A text with the block of code closed that it may leave open. */
function closed(text: string): string {
  if (!/`{3}|~{3}/.test(text)) {
    return text;
  }
  let open: { readonly indent: string; readonly fence: string } | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, indent, fence, rest] = /^( *)(`{3,}|~{3,})([\s\S]*)$/.exec(line) ?? [];
    if (indent === undefined || fence === undefined || rest === undefined) {
      continue;
    }
    if (open === undefined) {
      if (fence[0] === "~" || !rest.includes("`")) {
        open = { indent, fence };
      }
    } else if (fence.startsWith(open.fence) && rest.trim() === "") {
      open = undefined;
    }
  }
  return open === undefined ? text : `${text}\n${open.indent}${open.fence}`;
}
