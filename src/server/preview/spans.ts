import type { HoverSpan } from "../../preview/index.js";

type Spans = readonly HoverSpan[];

/** What is longer is cut: nobody reads it in a hover. */
const longestText = 20_000; // characters

/**
 * The lines of a text in the Markdown that hovers are written in, and doc comments mostly: paragraphs, lists,
 * headings, fenced code and tables; rows of tables are lines. What is no such mark stays as it is.
 */
export function linesOf(markdown: string): Spans[] {
  const lines: Spans[] = [];
  let paragraph = "";
  let fence: string | undefined;
  const end = () => {
    if (paragraph.trim() !== "") {
      lines.push(spansOf(paragraph.trim()));
    }
    paragraph = "";
  };
  for (const line of markdown.slice(0, longestText).split(/\r\n|\n|\r/)) {
    const words = line.trim();
    const marker = /^(?:`{3,}|~{3,})/.exec(words)?.[0];
    if (fence !== undefined) {
      if (marker !== undefined && words === marker && marker.startsWith(fence)) {
        fence = undefined;
      } else if (words !== "") {
        lines.push([{ text: line.trimEnd(), style: "code" }]);
      }
    } else if (marker !== undefined) {
      end();
      fence = marker;
    } else if (words === "") {
      end();
    } else if (/^\|.*\|$/.test(words)) {
      end();
      if (!/^[-:| ]+$/.test(words)) {
        lines.push(rowOf(words));
      }
    } else if (/^#{1,6} /.test(words)) {
      end();
      lines.push([{ text: plainOf(spansOf(words.replace(/^#+ +/, ""))), style: "strong" }]);
    } else if (/^[-*+] /.test(words)) {
      end();
      paragraph = `• ${words.slice(2)}`;
    } else {
      paragraph += paragraph === "" ? words : ` ${words}`;
      // Two blanks at the end of a line end it.
      if (/ {2}$/.test(line)) {
        end();
      }
    }
  }
  end();
  return lines;
}

/** A table's row: its cells, apart by dots. */
function rowOf(row: string): Spans {
  const cells = row.slice(1, -1).split(/(?<!\\)\|/);
  return joined(
    cells
      .map((cell) => cell.trim())
      .filter((cell) => cell !== "")
      .flatMap((cell, index) => [...(index > 0 ? [{ text: " · " }] : []), ...spansOf(cell)]),
  );
}

/** Code between backticks, strong and emphasised words, links without their addresses, escaped signs. */
const mark =
  /(?<!`)(?<ticks>`+)(?!`)(?<code>.+?)(?<!`)\k<ticks>(?!`)|\*\*(?<strong>[^\s*](?:[^*]*[^\s*])?)\*\*|\*(?<emphasis>[^\s*](?:[^*]*[^\s*])?)\*|!?\[(?<link>[^\][]*)\]\([^()]*\)|\\(?<sign>[!-/:-@[-`{-~])/gsu;

/** A line cut into plain, strong, emphasised and code. Marks do not stand inside each other. */
export function spansOf(markdown: string): Spans {
  const spans: HoverSpan[] = [];
  let at = 0;
  for (const match of markdown.matchAll(mark)) {
    spans.push({ text: markdown.slice(at, match.index) });
    at = match.index + match[0].length;
    const { code, strong, emphasis, link, sign } = match.groups as Record<string, string | undefined>;
    if (code !== undefined) {
      spans.push({ text: /^ .* $/s.test(code) ? code.slice(1, -1) : code, style: "code" });
    } else if (strong !== undefined) {
      spans.push({ text: plainOf(spansOf(strong)), style: "strong" });
    } else if (emphasis !== undefined) {
      spans.push({ text: plainOf(spansOf(emphasis)), style: "emphasis" });
    } else {
      spans.push({ text: link ?? sign! });
    }
  }
  spans.push({ text: markdown.slice(at) });
  return joined(spans.filter(({ text }) => text !== ""));
}

function plainOf(spans: Spans): string {
  return spans.map(({ text }) => text).join("");
}

/** Neighbours of one style as one. */
function joined(spans: Spans): Spans {
  const result: HoverSpan[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last && last.style === span.style) {
      result[result.length - 1] = { ...last, text: last.text + span.text };
    } else {
      result.push(span);
    }
  }
  return result;
}
