// What authors write who know LaTeX: commands behind a backslash, and dollars.
import { distributions } from "../../landscape/distributions/index.js";
import { tensorFunctions } from "../../tensors/index.js";
import { functionNames } from "../semantics/constant.js";
import { nearestWord } from "../spelling.js";
import { change, everyOne, type Reading, type Replacement } from "./place.js";

const letters =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega";
const greek = new Set(
  letters.split(" ").flatMap((letter) => [letter, letter[0]!.toUpperCase() + letter.slice(1)]),
);

/** Commands that stand for a sign, or for nothing. */
const signOf: Readonly<Record<string, string>> = {
  ...{
    sim: "~",
    cdot: "*",
    times: "*",
    ast: "*",
    div: "/",
    cdots: "*",
    bullet: "*",
    colon: ":",
    lbrace: "{",
    rbrace: "}",
  },
  ...{
    to: "->",
    rightarrow: "->",
    longrightarrow: "->",
    Rightarrow: "->",
    mapsto: "->",
    coloneqq: "=",
    lvert: "|",
  },
  ...{
    left: "",
    right: "",
    big: "",
    Big: "",
    bigl: "",
    bigr: "",
    Bigl: "",
    Bigr: "",
    quad: "",
    qquad: "",
    displaystyle: "",
  },
  ...{ limits: "", nonumber: "", lparen: "(", rparen: ")", infty: "inf" },
};
const wrappers =
  /^(?:mathrm|mathbf|mathit|mathsf|mathtt|text|textrm|textbf|textit|operatorname|boldsymbol|bm|vec)$/;
const accents: Readonly<Record<string, string>> = {
  ...{
    hat: "hat",
    widehat: "hat",
    bar: "bar",
    overline: "bar",
    tilde: "tilde",
    widetilde: "tilde",
    dot: "dot",
  },
};
const functions: readonly string[] = [...functionNames, ...tensorFunctions.map(({ name }) => name)];
const fractions = /^[dtc]?frac$/;

/** No longer argument is looked through, in characters. */
const longest = 2000;

/** What stands in the braces at an offset, and where they end. */
function argumentAt(text: string, offset: number): { held: string; end: number } | undefined {
  const from = offset + /^\s*/.exec(text.slice(offset, offset + 20))![0].length;
  if (text[from] !== "{") {
    return undefined;
  }
  let depth = 0;
  for (let place = from; place < Math.min(text.length, from + longest); place++) {
    depth += text[place] === "{" ? 1 : text[place] === "}" ? -1 : 0;
    if (depth === 0) {
      return { held: text.slice(from + 1, place).trim(), end: place + 1 };
    }
  }
  return undefined;
}

const grouped = (held: string): string => (/^[\p{ID_Continue}.]+$/u.test(held) ? held : `(${held})`);

/** What to write for a command at an offset, with what it is of. */
function writtenFor(text: string, name: string, start: number): Replacement | undefined {
  const end = start + 1 + name.length;
  const first = argumentAt(text, end);
  const ahead = text.slice(Math.max(0, start - 50), start);
  // Behind another command stands the end of its name.
  const before = /\\[A-Za-z]+$/.test(ahead) ? " " : /[\p{ID_Continue})\]]$/u.test(ahead) ? "*" : "";
  const product = (to: number): string => {
    const next = /^\s*(?:\\([A-Za-z]+)|[\p{ID_Start}\d(])/u.exec(text.slice(to, to + 30));
    return next === null ||
      (next[1] !== undefined && Object.hasOwn(signOf, next[1]) && !/^(?:left|[bB]igl?)$/.test(next[1]))
      ? ""
      : "*";
  };
  if (fractions.test(name)) {
    const second = first && argumentAt(text, first.end);
    return (
      second &&
      change(
        start,
        second.end,
        `${before}(${grouped(first.held)}/${grouped(second.held)})${product(second.end)}`,
      )
    );
  }
  if (Object.hasOwn(signOf, name)) {
    return change(start, end, signOf[name]!);
  }
  if (wrappers.test(name) && first !== undefined) {
    return change(start, first.end, before + first.held);
  }
  if (Object.hasOwn(accents, name) && first !== undefined && /^\\?[\p{ID_Continue}]+$/u.test(first.held)) {
    return change(start, first.end, `${before}${first.held}_${accents[name]}`);
  }
  if (/^math(?:cal|scr)$/.test(name) && first !== undefined) {
    const initial = first.held.toLowerCase();
    const [family, ...others] = distributions.filter((one) => initial !== "" && one.name.startsWith(initial));
    return family === undefined || others.length > 0 ? undefined : change(start, first.end, family.name);
  }
  const letter = name.replace(/^var(?=[a-z])/, "");
  if (greek.has(letter)) {
    return change(start, end, before + letter);
  }
  const called = functions.includes(name) ? name : nearestWord(name, functions);
  if (called === undefined || name.length < 2) {
    return undefined;
  }
  return first === undefined
    ? change(start, end, before + called)
    : change(start, first.end, `${before}${called}(${first.held})`);
}

const commands: Reading = ({ text, start }) => {
  const name = /^\\([A-Za-z]+)/.exec(text.slice(start, start + 50))?.[1];
  if (name === undefined) {
    return undefined;
  }
  const own = writtenFor(text, name, start);
  if (own === undefined) {
    return {
      message: `unexpected \`\\${name}\`: the language has no commands of LaTeX; write names, numbers, \`+ - * / ^\`, parentheses and functions such as \`exp(…)\``,
      title: "",
      pieces: [],
    };
  }
  const shown = own.text.replace(/^[* ]|\*$/g, (sign) => (own.text === sign ? sign : ""));
  const advice = shown === "" ? "remove it" : `write \`${shown}\``;
  const title = shown === "" ? `Remove \`\\${name}\`` : `Change to \`${shown}\``;
  return {
    message: `unexpected \`\\${name}\`: no part of the language; ${advice}`,
    title,
    get pieces() {
      return everyCommand(text, name);
    },
  };
};

/** What to write for every command of a name; those within another's braces go with it. */
function everyCommand(text: string, name: string): readonly Replacement[] {
  const pieces: Replacement[] = [];
  for (const { index } of everyOne(`\\\\${name}(?![A-Za-z])`, text)) {
    const piece = writtenFor(text, name, index);
    if (piece !== undefined && index >= (pieces.at(-1)?.end ?? 0)) {
      pieces.push(piece);
    }
  }
  return pieces;
}

/** `\,`, `\;`, `\!`, `\\` and `\ `, which only set space, and dollars around a formula. */
const spaces: Reading = ({ text, start }) => {
  const found = /^(?:\\[,;:!\\ ]|\\(?=[(){}[\]_])|\$+)/.exec(text.slice(start, start + 5))?.[0];
  if (found === undefined) {
    return undefined;
  }
  const escaped = found.replace(/[\\$!]/g, "\\$&");
  return {
    message: `unexpected \`${found}\`: no part of the language; remove it`,
    title: `Remove every \`${found}\``,
    get pieces() {
      return everyOne(escaped, text).map(({ index }) => change(index, index + found.length, ""));
    },
  };
};

/** `e^{-x}` and `w_{1}`. */
const groups: Reading = ({ text, start }) => {
  const sign = /[\^_]\s*$/.exec(text.slice(Math.max(0, start - 5), start))?.[0][0];
  const group = text[start] === "{" ? argumentAt(text, start) : undefined;
  if (sign === undefined || group === undefined || group.held.includes("\n")) {
    return undefined;
  }
  if (sign === "^") {
    const plain = grouped(group.held);
    return {
      message: `unexpected \`{\`: an exponent stands without braces; write \`^${plain}\``,
      title: `Change to \`^${plain}\``,
      pieces: [change(start, group.end, plain)],
    };
  }
  const isName = /^[\p{ID_Continue}]+$/u.test(group.held);
  return {
    message: `unexpected \`{\`: an index is part of a name; write it without braces${isName ? `, \`_${group.held}\`` : ""}`,
    title: isName ? `Change to \`_${group.held}\`` : "",
    pieces: isName ? [change(start, group.end, group.held)] : [],
  };
};

export const latexReadings: readonly Reading[] = [commands, spaces, groups];
