// A call that cannot be read is told at its parenthesis by the parser, which looks ahead: what is wrong stands inside.
import { distributionNamed } from "../../landscape/distributions/index.js";
import { aName, matchBefore, only, type Place, type Reading } from "./place.js";
import { modules } from "./python.js";

/** No longer call is looked through, in characters. */
const longest = 2000;

/** What stands in the parentheses that open at an offset behind a name, and where they end. */
export function callAt(text: string, offset: number): { held: string; end: number } | undefined {
  if (text[offset] !== "(" || !/[\p{ID_Continue}]\s*$/u.test(text.slice(Math.max(0, offset - 20), offset))) {
    return undefined;
  }
  let depth = 0;
  for (let place = offset; place < Math.min(text.length, offset + longest); place++) {
    depth += text[place] === "(" ? 1 : text[place] === ")" ? -1 : 0;
    if (depth === 0) {
      return { held: text.slice(offset + 1, place), end: place + 1 };
    }
  }
  return undefined;
}

/** Says of a call that cannot be read what in it is wrong. */
export const calls: Reading = (place: Place) => {
  const { text, start, said } = place;
  const call = said.endsWith("but found `(`; a product needs its `*`") ? callAt(text, start) : undefined;
  const name = matchBefore(`(${aName})\\s*`, place, start)?.[1];
  if (call === undefined || name === undefined) {
    return undefined;
  }
  const nameless = matchBefore(`\\bdata\\s+[^{}"]*,\\s*(?=${name}\\s*$)${name}\\s*`, place, start);
  if (nameless !== null && distributionNamed(name) !== undefined) {
    const at = start - /\S*\s*$/u.exec(text.slice(0, start))![0].length;
    return {
      ...only(
        `expected a name and \`~\` before \`${name}\`: each variable has a distribution of its own; write one such as \`y ~ ${name}(${call.held})\``,
      ),
      at: { start: at, end: at + name.length },
    };
  }
  const point = /(?<=[\p{ID_Start}_][\p{ID_Continue}]*)\.(?=[\p{ID_Start}_])/u.exec(call.held);
  if (point !== null) {
    const at = start + 1 + point.index;
    const found = modules({ ...place, start: at, end: at + 1 });
    return (
      found && {
        ...(found.message !== undefined && { message: found.message }),
        at: { start: at, end: at + 1 },
        title: found.title,
        get pieces() {
          return found.pieces;
        },
      }
    );
  }
  const product =
    /(?<![\p{ID_Continue}.])(\d+(?:\.\d*)?|\.\d+)(?![eE][+-]?\d)\s*([\p{ID_Start}_][\p{ID_Continue}]*|\()/u.exec(
      call.held,
    ) ??
    /(\))\s*([\p{ID_Start}_][\p{ID_Continue}]*|\(|\d+)/u.exec(call.held) ??
    /([\p{ID_Start}_][\p{ID_Continue}]*)\s+([\p{ID_Start}_][\p{ID_Continue}]*|\d+)/u.exec(call.held);
  if (product !== null) {
    const end = start + 1 + product.index + product[0].length;
    return {
      message: `unexpected \`${product[2]}\` behind \`${product[1]}\`: a product needs its \`*\``,
      at: { start: end - product[2]!.length, end },
      title: "",
      pieces: [],
    };
  }
  return {
    message: `what stands in the parentheses of \`${name}\` cannot be read: expressions with commas between them stand there, such as \`${name}(2*w)\``,
    title: "",
    pieces: [],
  };
};
