// Brackets of another kind than the one that stands there, and what a part or a short form is written with.
import { statementsWithoutEquals } from "../statement-words.js";
import {
  aName,
  blockAround,
  change,
  closing,
  matchAt,
  matchBefore,
  type Place,
  type Reading,
} from "./place.js";

/** No longer group is looked through, in characters. */
const longest = 2000;

/** What stands in the brackets that open at an offset, and where they end; nothing where they are not closed. */
function groupAt(text: string, offset: number): { held: string; end: number } | undefined {
  const open: string[] = [];
  for (let place = offset; place < Math.min(text.length, offset + longest); place++) {
    const sign = text[place]!;
    if (sign in closing) {
      open.push(closing[sign]!);
    } else if (/[)\]}]/.test(sign) && open.pop() !== sign) {
      return undefined;
    }
    if (open.length === 0) {
      return { held: text.slice(offset + 1, place), end: place + 1 };
    }
  }
  return undefined;
}

const plain = (held: string): string => held.trim().replace(/\s+/g, " ");

/** Names of nodes, whatever divides them, with commas between them. */
function nodes(held: string): string | undefined {
  const name = new RegExp(aName, "gu");
  const names = held.match(name) ?? [];
  // One expression for all of it would try each way to divide a long name.
  return names.length > 0 && /^[\s,;]*$/.test(held.replace(name, "")) ? names.join(", ") : undefined;
}

/** A part that is none: its brackets, its name, what divides its nodes. */
const parts: Reading = (place) => {
  const { text, start } = place;
  if (blockAround(place, start) !== "diagram") {
    return undefined;
  }
  const head = matchBefore(`\\b(part)(?!\\p{ID_Continue})\\s*(?:(${aName})\\s*([=:]?)\\s*)?`, place, start);
  if (head !== null && text[start] === "=") {
    // It ends with its line, a comment, the diagram or the next part: what goes on with an arrow is none.
    const end = "(?=[^\\S\\n\\r]*(?:[\\n\\r}/]|$)|[^\\S\\n\\r]+part\\s)";
    const list = matchAt(
      `=\\s*[(\\[]?\\s*(${aName}(?:\\s*,\\s*${aName})*)(?:\\s*[)\\]])?${end}`,
      place,
      start,
    );
    return list === null
      ? undefined
      : {
          message: `a part stands in braces; write \`part ${head[2]} = {${list[1]}}\``,
          title: "Put it in braces",
          pieces: [change(start, start + list[0].length, `= {${list[1]}}`)],
        };
  }
  if (head === null || !(text[start]! in closing)) {
    return undefined;
  }
  const group = groupAt(text, start);
  if (text[start] === "{" && (group === undefined || /->|[\n\r]\s*part\b/.test(group.held))) {
    return {
      message: "this `{` is not closed; put `}` behind the nodes of the part",
      title: "",
      pieces: [],
    };
  }
  if (group === undefined) {
    return undefined;
  }
  const name = head[2] === undefined ? "" : `${head[2]} = `;
  const list = nodes(group.held);
  const written = list && `part ${name}{${list}}`;
  const from = start - head[0].length;
  const change_ = written === undefined ? [] : [change(from, group.end, written)];
  const title = written === undefined ? "" : `Change to \`${written}\``;
  if (group.held.trim() === "") {
    return { message: "a part holds nodes; name some, such as `part {a, b}`", title: "", pieces: [] };
  }
  if (text[start] !== "{") {
    return {
      message: `unexpected \`${text[start]}\`: a part stands in braces${written === undefined ? ", such as `part {a, b}`" : `; write \`${written}\``}`,
      title,
      pieces: change_,
    };
  }
  if (head[2] !== undefined && head[3] === "") {
    return {
      message: `unexpected \`{\` behind \`${head[2]}\`: a part's name stands before \`=\`; write \`${written ?? `part ${name}{a, b}`}\``,
      title,
      pieces: change_,
    };
  }
  return {
    message: `a part holds names of nodes with commas between them; write \`${written ?? "part {a, b}"}\``,
    title,
    pieces: change_,
  };
};

/** `S = {a, b}`, `fuzzy {a, b}` and `(a, b) -> c` in a diagram. */
const nodeGroups: Reading = (place) => {
  const { text, start } = place;
  if (blockAround(place, start) !== "diagram") {
    return undefined;
  }
  const isNamed = text[start] === "=" || text[start] === ":";
  const opening = isNamed ? (matchAt("[=:]\\s*\\{", place, start)?.[0].length ?? 0) + start - 1 : start;
  const group = text[opening]! in closing ? groupAt(text, opening) : undefined;
  const list = group && nodes(group.held);
  const word = matchBefore(`(${aName})[^\\S\\n\\r]*`, place, start);
  if (group === undefined) {
    return undefined;
  }
  if (/^\s*\p{ID_Continue}+\s*=/u.test(group.held) && text[opening] === "[") {
    return {
      message: "unexpected `[`: nodes and edges have no attributes; remove it",
      title: "Remove it",
      pieces: [change(opening, group.end, "")],
    };
  }
  if (list !== undefined && text[opening] === "{" && word !== null) {
    const written = isNamed ? `part ${word[1]} = {${list}}` : `part {${list}}`;
    return {
      message: `unexpected \`${text[start]}\` behind \`${word[1]}\`: nodes that share a datapoint are a part; write \`${written}\``,
      title: `Change to \`${written}\``,
      pieces: [change(start - word[0].length, group.end, written)],
    };
  }
  if (isNamed || (word !== null && !/->\s*$/.test(text.slice(0, start)))) {
    return undefined;
  }
  const inside = list ?? (/^[^()[\]{}]*->[^()[\]{}]*$/.test(group.held) ? plain(group.held) : undefined);
  return inside === undefined
    ? undefined
    : {
        message: `unexpected \`${text[opening]}\`: nodes stand without brackets; write \`${inside}\``,
        title: "Remove the brackets",
        pieces: [change(opening, group.end, inside)],
      };
};

/** What a short form is made of. */
const shortForms: Reading = (place) => {
  const { text, start, said } = place;
  const head = matchBefore(`\\bdiagram\\s+(${aName})\\s*=\\s*([^{}\\n\\r]*)`, place, start);
  const isAtSign = text[start] === "=" && matchBefore(`\\bdiagram\\s+${aName}\\s*`, place, start) !== null;
  if ((head === null && !isAtSign) || /double quotes|write `/.test(said)) {
    return undefined;
  }
  const line = /^[^\n\r]*/.exec(text.slice(start - (head?.[2]?.length ?? 0)))![0].replace(/^=\s*/, "");
  const edges = /^\s*[\p{ID_Start}_][^(){}[\]]*->.*$/u.exec(line)?.[0].trim();
  if (edges !== undefined) {
    return {
      message: `edges with names stand in braces; write \`diagram ${head?.[1] ?? "d"} { ${edges} }\``,
      title: "",
      pieces: [],
    };
  }
  const sign = text[start]!;
  if (/[[{]/.test(sign) && /^[\s\d-]*$/.test(groupAt(text, start)?.held ?? "a")) {
    const end = start + /^[\s\d()[\]{}-]*/.exec(text.slice(start))![0].trimEnd().length;
    const written = text.slice(start, end).replace(/[[{]/g, "(").replace(/[\]}]/g, ")");
    return {
      message: `unexpected \`${sign}\`: the groups of a short form stand in parentheses; write \`${written}\``,
      title: `Change to \`${written}\``,
      pieces: [change(start, end, written)],
    };
  }
  if (sign === "," || sign === "|" || sign === ";" || sign === "/") {
    return {
      message: `unexpected \`${sign}\`: parts and edges of a short form are divided by \`-\`, as in \`(01-2)(02-12)\``,
      title: "",
      pieces: [],
    };
  }
  if (/^expected node numbers/.test(said)) {
    return {
      message: `${said}; nodes of a short form are digits from 0 on, as in \`(01-2)(02-12)\``,
      title: "",
      pieces: [],
    };
  }
  return /^expected `\(` but found/.test(said)
    ? {
        message: `${said}; a short form has two groups, the parts and then the edges, as in \`(01-2)(02-12)\``,
        title: "",
        pieces: [],
      }
    : undefined;
};

/** `landscape l [ … ]`, `normal[0, 1]`, `exp{h}` and `[h + x] * 2`. */
const others: Reading = (place: Place) => {
  const { text, start, said } = place;
  const sign = text[start]!;
  if (!(sign in closing) || !/^(?:expected|unexpected)/.test(said)) {
    return undefined;
  }
  const nameless = sign === "{" && matchBefore("\\b(diagram|landscape|verify)\\s*", place, start)?.[1];
  if (nameless) {
    return {
      message: `expected a name behind \`${nameless}\` but found \`{\`; write one such as \`${nameless} ${nameless[0]} {\``,
      title: "",
      pieces: [],
    };
  }
  const head = matchBefore(`\\b(diagram|landscape|verify)\\s+(${aName})\\s*`, place, start);
  if (head !== null && sign !== "{") {
    return {
      message: `unexpected \`${sign}\`: a ${head[1]} stands in braces; write \`${head[1]} ${head[2]} {\` and \`}\` at its end`,
      title: "",
      pieces: [],
    };
  }
  const group = groupAt(text, start);
  const block = blockAround(place, start);
  if (group === undefined || block === undefined || block === "diagram") {
    return undefined;
  }
  if (sign === "(") {
    const isMatrix = matchBefore("\\bmetric\\s*", place, start) !== null;
    return isMatrix
      ? {
          message: `unexpected \`(\`: a matrix stands in square brackets; write \`[${plain(group.held)}]\``,
          title: "Change the brackets",
          pieces: [change(start, group.end, `[${group.held}]`)],
        }
      : undefined;
  }
  const name = matchBefore(`(${aName})[^\\S\\n\\r]*`, place, start)?.[1];
  const written = `(${plain(group.held)})`;
  const isCall = name !== undefined && !statementsWithoutEquals.includes(name);
  return {
    message: isCall
      ? `unexpected \`${sign}\`: what \`${name}\` is of stands in parentheses; write \`${name}${written}\``
      : `unexpected \`${sign}\`: parentheses group what belongs together; write \`${written}\``,
    title: "Change the brackets",
    pieces: [change(start, group.end, `(${group.held})`)],
  };
};

/** `metric diag[1]`. */
const diagonals: Reading = (place) => {
  const found = matchAt("diag\\s*\\[([^\\]]*)\\]", place, place.start);
  return found === null || matchBefore("\\bmetric\\s*", place, place.start) === null
    ? undefined
    : {
        message: `the entries of a diagonal stand in parentheses; write \`diag(${found[1]})\``,
        title: `Change to \`diag(${found[1]})\``,
        pieces: [change(place.start, place.start + found[0].length, `diag(${found[1]})`)],
      };
};

export const groupReadings: readonly Reading[] = [parts, nodeGroups, shortForms, diagonals, others];
