import { htmlElement } from "./elements.js";

/** What has lines of its own making: pictures, fields, buttons of one line, and what is a whole already. */
const others = "svg, style, script, textarea, vscode-button, vscode-option, .whole";

/**
 * What is not divided between lines as far as a line holds it: a short form, a part with its nodes, a name with its value, a
 * number with its power or with what it counts or is of, a time of day, `order-0`.
 */
const whole =
  /\(\d[\d.-]*\)\([\d.-]*\)|[\p{ID_Start}_|][\p{ID_Continue}|]* = (?:\{[^{}]*\}|(?:[^\s,·;]|,(?=\d{3}(?!\d)))+)|\{[^{}]*\}|[+−-]?\d[\d.]*e[+-]\d+|\p{L}+-\d+(?![\p{L}\p{N}])|(?:degree|order|seed|task|line) \d+|\d{1,2}:\d\d\s[AP]M|[+−-]?\d[\d.,()]* (?:%|(?:[kMG] )?steps\/s|h|min|s)(?![\p{L}\p{N}])/gu;

/** Words that no line of a side bar may hold are divided behind their joints, not inside of their syllables. */
const longWord = /\S{16,}/gu;

/** Behind an underscore or a stroke, or the point before a name's ending. */
const joint = /(?<=[\p{L}\p{N}][_/\\]+|\p{L}\.)(?=[\p{L}\p{N}_])(?!(?<=_)_)/gu;

/**
 * From now on lines of a page end where a reader expects it, whatever comes into it: names are those of a user, and neither
 * spaces nor hyphens are among their letters. What the page's text is stays as it is.
 */
export function endLinesWell(root: Element): void {
  arrange(root);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      addedNodes.forEach(arrange);
    }
  }).observe(root, { childList: true, subtree: true });
}

function arrange(node: Node): void {
  const parent = node instanceof Element ? node : node.parentElement;
  if (parent === null || parent.closest(others) !== null) {
    return;
  }
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (one) =>
    one instanceof Element && one.matches(others) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const texts: Text[] = [];
  for (let one: Node | null = walker.currentNode; one !== null; one = walker.nextNode()) {
    if (one instanceof Text) {
      texts.push(one);
    }
  }
  for (const text of texts) {
    const pieces = piecesOf(text.data);
    // What is cut at the end of its one line has no other.
    const isDivided = pieces.some((piece) => piece instanceof Element);
    if (isDivided && getComputedStyle(text.parentElement!).textOverflow !== "ellipsis") {
      text.replaceWith(...pieces);
    }
  }
}

/** A text with the places where it may be divided, and with what may not. */
export function piecesOf(text: string): (string | Element)[] {
  const pieces: (string | Element)[] = [];
  let at = 0;
  for (const { index, 0: words } of text.matchAll(whole)) {
    pieces.push(
      ...jointed(text.slice(at, index)),
      htmlElement("span", { class: "whole" }, ...jointed(words)),
    );
    at = index + words.length;
  }
  return [...pieces, ...jointed(text.slice(at))];
}

function jointed(text: string): (string | Element)[] {
  const pieces: (string | Element)[] = [];
  let at = 0;
  for (const { index, 0: word } of text.matchAll(longWord)) {
    for (const { index: inWord } of word.matchAll(joint)) {
      pieces.push(text.slice(at, index + inWord), htmlElement("wbr"));
      at = index + inWord;
    }
  }
  return at === text.length ? pieces : [...pieces, text.slice(at)];
}
