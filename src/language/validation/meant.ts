// What authors write who know other notations, where the parser stops at it: what it is told with, and what it is to be.
import { spelledOut } from "../parsing/symbols.js";
import { statementsWithoutEquals } from "../statement-words.js";
import { brackets } from "./brackets.js";
import { calls } from "./calls.js";
import { groupReadings } from "./groups.js";
import { latexReadings } from "./latex.js";
import { listReadings } from "./lists.js";
import {
  change,
  isBlankBefore,
  type Meant,
  matchAt,
  matchBefore,
  minus,
  quotes,
  type Reading,
  type Replacement,
  reach,
} from "./place.js";
import { pythonReadings } from "./python.js";
import { earlyReadings, statementReadings } from "./statements.js";

const shortForm = `\\([\\w\\s,${minus}]*\\)\\s*\\([\\w\\s,${minus}]*\\)`;

/** `"(01-2)(02-12)"`, also where the `=` before it is missing, is another sign, or its minus signs are. */
const shortForms: Reading = (place) => {
  const { start } = place;
  const head = matchBefore("diagram\\s+[\\p{ID_Start}_]\\p{ID_Continue}*\\s*(:?={0,2}\\s*)", place, start);
  if (head === null) {
    return undefined;
  }
  const found = matchAt(`(:?={0,2}\\s*)([${quotes}]?)(${shortForm})([${quotes}]?)`, place, start);
  if (found === null) {
    return undefined;
  }
  const [whole, , opening, form] = found;
  const plain = form!.replace(new RegExp(`[${minus}]`, "gu"), "-");
  const from = start - head[1]!.length;
  const gap = isBlankBefore(place.text, from) ? "" : " ";
  const because = opening === "" ? "a short form stands behind `=`" : "a short form stands without quotes";
  return {
    message: `${because}; write \`= ${plain}\``,
    title: opening === "" ? "Write `=` before the short form" : "Remove the quotes",
    pieces: [change(from, start + whole.length, `${gap}= ${plain}`)],
  };
};

/** Names and orders in quotes, which only files have. */
const quotedNames: Reading = (place) => {
  const { start } = place;
  const quoted = matchAt(`[${quotes}]([\\p{ID_Start}_][\\p{ID_Continue}+ ]*)[${quotes}]`, place, start);
  if (
    quoted === null ||
    matchBefore("(?:import|from|[(,]|\\w)\\s*", place, start)?.[0]?.match(/^(?:import|from|[(,])/)
  ) {
    return undefined;
  }
  return {
    message: `unexpected quotes around \`${quoted[1]}\`: names stand without quotes; remove them`,
    title: "Remove the quotes",
    pieces: [change(start, start + quoted[0].length, quoted[1]!)],
  };
};

/** A path in quotes of another kind. */
const quotedPaths: Reading = (place) => {
  const { start } = place;
  const path = matchAt(`[${quotes}]([^${quotes}\\n]+)[${quotes}]`, place, start);
  return path === null || place.text[start] === '"' || /['\\]/.test(path[1]!)
    ? undefined
    : {
        title: 'Write `"` around it',
        pieces: [change(start, start + path[0].length, `"${path[1]}"`)],
      };
};

/** `-->`, `=>`, `>`, `--` and their like between two names of a diagram, and edges that point the other way. */
const edges: Reading = (place) => {
  const { text, start } = place;
  const left = matchBefore(`[${minus}=<>~]*`, place, start)![0].length;
  const signs = matchAt(`[${minus}=<>~]+`, place, start - left);
  const inDiagram = /\bdiagram\b[^{}]*\{(?:[^{}]|\{[^{}]*\})*$/.test(
    text.slice(Math.max(0, start - 5 * reach), start),
  );
  if (signs === null || !inDiagram || signs[0] === "->") {
    return undefined;
  }
  const [from, to] = [start - left, start - left + signs[0].length];
  const child = matchBefore("(\\p{ID_Continue}+)(\\s*)", place, from);
  const parent = matchAt("(\\s*)(\\p{ID_Continue}+)", place, to);
  const isPart =
    child !== null &&
    (child[1] === "part" || matchBefore("\\bpart\\s+", place, from - child[0].length) !== null);
  if (child === null || parent === null || isPart) {
    return undefined;
  }
  const isBackward = signs[0].startsWith("<");
  return isBackward
    ? {
        message: `unexpected \`${signs[0]}\`: an edge goes towards the root; write \`${parent[2]} -> ${child[1]}\``,
        title: `Change to \`${parent[2]} -> ${child[1]}\``,
        pieces: [change(from - child[0].length, to + parent[0].length, `${parent[2]} -> ${child[1]}`)],
      }
    : {
        message: `unexpected \`${signs[0]}\`: an edge is written \`->\``,
        title: "Change to `->`",
        pieces: [change(from, to, "->")],
      };
};

/** A decimal comma, and digits in groups. */
const numbers: Reading = (place) => {
  const { start } = place;
  const before = matchBefore("\\d+[,_'\u2019 ]?", place, start)?.[0];
  // Nodes of a short form are no numbers.
  if (before === undefined || matchBefore("diagram\\s+\\S+\\s*=[^{}]*", place, start) !== null) {
    return undefined;
  }
  const from = start - before.length;
  const groups = matchAt("\\d{1,3}(?:[,_'\u2019 ]\\d{3})+(?!\\d)", place, from);
  if (groups !== null) {
    const plain = groups[0].replace(/\D/g, "");
    return {
      message: `unexpected sign in a number: digits stand without one between them; write \`${plain}\``,
      title: `Change to \`${plain}\``,
      pieces: [change(from, from + groups[0].length, plain)],
    };
  }
  const decimal = matchAt("(\\d+),(\\d+)", place, from);
  return decimal === null
    ? undefined
    : {
        message: `unexpected \`,\` in a number: decimals stand behind a point; write \`${decimal[1]}.${decimal[2]}\``,
        title: `Change to \`${decimal[1]}.${decimal[2]}\``,
        pieces: [change(from, from + decimal[0].length, `${decimal[1]}.${decimal[2]}`)],
      };
};

/** `:=`, `==` and `:` for `=`, and either where there is no sign at all. */
const assignments: Reading = (place) => {
  const { text, start } = place;
  const left = matchBefore("[:=]*", place, start)![0].length;
  const from = start - left;
  const sign = matchAt("[:=]+", place, from);
  if (sign === null) {
    return undefined;
  }
  const to = from + sign[0].length;
  const [, word = "", named] =
    matchBefore("([\\p{ID_Start}_]\\p{ID_Continue}*)(\\s+\\p{ID_Continue}+)?\\s*", place, from) ?? [];
  const isBlock = /^\s*\{/.test(text.slice(to, to + reach)) && named !== undefined;
  if (isBlock && /^(?:diagram|landscape|verify)$/.test(word)) {
    return {
      message: `unexpected \`${sign[0]}\`: the name stands before \`{\` alone; remove it`,
      title: `Remove \`${sign[0]}\``,
      pieces: [change(from - (isBlankBefore(text, from) ? 1 : 0), to, "")],
    };
  }
  const before = named?.trim() ?? word;
  if (word === "data" && /^\s*[\p{ID_Start}_]\p{ID_Continue}*\s*\(/u.test(text.slice(to, to + reach))) {
    return {
      message: `unexpected \`${sign[0]}\`: a distribution stands behind \`~\``,
      title: "Change to `~`",
      pieces: [change(from, to, "~")],
    };
  }
  if (sign[0] === "=" && /^(?:weights|hyper|param|let|data|part)$/.test(before)) {
    // A name is lacking, which only its author knows.
    return undefined;
  }
  if (statementsWithoutEquals.includes(before)) {
    return {
      message: `unexpected \`${sign[0]}\`: none stands behind \`${before}\`; remove it`,
      title: `Remove \`${sign[0]}\``,
      pieces: [change(from, to, isBlankBefore(text, from) || /^\s/.test(text.slice(to)) ? "" : " ")],
    };
  }
  return sign[0] === "=" || word === "" || before === "metric"
    ? undefined
    : {
        message: `unexpected \`${sign[0]}\`: what something is stands behind \`=\``,
        title: "Change to `=`",
        pieces: [change(from, to, "=")],
      };
};

/** A distribution whose `~` is another sign: the parser stops at the name before it. */
const distributions: Reading = (place) => {
  const { start, end, text } = place;
  const sign = matchAt("\\s*(:?={1,2})\\s*[\\p{ID_Start}_]\\p{ID_Continue}*\\s*\\(", place, end);
  if (sign === null || matchBefore("data\\s+", place, start) === null) {
    return undefined;
  }
  const from = text.indexOf(sign[1]!, end);
  return {
    message: `unexpected \`${sign[1]}\` behind \`${text.slice(start, end)}\`: a distribution stands behind \`~\``,
    title: "Change to `~`",
    pieces: [change(from, from + sign[1]!.length, "~")],
  };
};

/** Signs of other notations for what is called by name. */
const called: readonly (readonly [sign: string, advice: string])[] = [
  ["\u221a", "write `sqrt(…)`"],
  ["|", "an absolute value is `abs(…)`"],
  ["%", "a share of a hundred is written `50/100`"],
  ["\u221e", "write `inf` where it may stand"],
];
const calledSigns: Reading = ({ text, start }) => {
  const found = called.find(([sign]) => text.startsWith(sign, start));
  return (
    found && {
      message: `unexpected \`${found[0]}\`: no part of the language; ${found[1]}`,
      title: "",
      pieces: [],
    }
  );
};

/** Comments of other languages, on a line of their own; behind something else where the sign means nothing else and words follow, with no brace that a comment would take. */
const comments: Reading = (place) => {
  const { start } = place;
  const sign = matchAt("(?:#+|%+|--+|;;+)", place, start);
  const isAlone = matchBefore("(?:^|\\n)[ \\t]*", place, start) !== null;
  const isBehind = matchAt("#+\\s*\\p{L}{2}[^{}\\n]*(?:\\n|$)", place, start) !== null;
  return sign === null || !(isAlone || isBehind)
    ? undefined
    : {
        message: `unexpected \`${sign[0]}\`: a comment begins with \`//\``,
        title: "Change to `//`",
        pieces: [change(start, start + sign[0].length, "//")],
      };
};

/** `;` between statements and declarations: every one goes, but for those between the rows of a metric. */
const semicolons: Reading = ({ text, start }) => {
  if (text[start] !== ";") {
    return undefined;
  }
  return {
    message: "unexpected `;`: statements need none between them; remove it",
    get title() {
      return this.pieces.length > 1 ? "Remove every `;`" : "Remove `;`";
    },
    get pieces() {
      const found = text.matchAll(/\/\/.*|\/\*[\s\S]*?\*\/|"[^"\n]*"|\[[^\]\n]*\]|;/g);
      return [...found].flatMap(({ 0: one, index }) => (one === ";" ? [change(index, index + 1, "")] : []));
    },
  };
};

/** Signs that stand for those of the language: all of one kind are changed at once, outside of comments and files' names. */
const signs: Reading = ({ text, start, end }) => {
  const found = text.slice(start, end);
  const written = found === "" ? undefined : spelledOut(found);
  if (written === undefined || written === '"') {
    return undefined;
  }
  const escaped = found.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return {
    get title() {
      return this.pieces.length > 1
        ? `Change every \`${found}\` to \`${written}\``
        : `Change to \`${written}\``;
    },
    get pieces(): readonly Replacement[] {
      const places = text.matchAll(new RegExp(`//.*|/\\*[\\s\\S]*?\\*/|"[^"\\n]*"|${escaped}`, "gu"));
      return [...places].flatMap(({ 0: one, index }) =>
        one === found ? [change(index, index + one.length, written)] : [],
      );
    },
  };
};

/** A word that is told with the one that is meant. */
const words: Reading = ({ start, end, said }) => {
  const [, word] = /; did you mean `([^`]+)`\?$/.exec(said) ?? [];
  return word === undefined || end === start
    ? undefined
    : { title: `Change to \`${word}\``, pieces: [change(start, end, word)] };
};

const readings: readonly Reading[] = [
  ...[brackets, ...latexReadings, ...earlyReadings, ...pythonReadings, calls, ...listReadings, comments],
  ...[
    shortForms,
    ...statementReadings,
    ...groupReadings,
    semicolons,
    quotedNames,
    quotedPaths,
    edges,
    numbers,
    assignments,
    distributions,
  ],
  ...[calledSigns, signs, words],
];

/**
 * What was meant where reading stopped; `undefined` where nothing is known.
 * @param said the message of what stopped.
 */
export function meantAt(text: string, start: number, end: number, said: string): Meant | undefined {
  const place = { text, start, end, said };
  for (const reading of readings) {
    const found = reading(place);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
