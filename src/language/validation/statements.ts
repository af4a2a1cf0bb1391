// Statements that end too early or too late: what lacks behind a word, and what is left over behind a value.
import { distributionNamed, exampleDistribution } from "../../landscape/distributions/index.js";
import { observableNames } from "../../observables/index.js";
import { exampleOf, optimisers } from "../../optimisers/index.js";
import { nearestWord } from "../spelling.js";
import { landscapeWords, statementsWithoutEquals, verifyWords } from "../statement-words.js";
import { dataSlips, nameReadings } from "./names.js";
import { aName, blockAround, change, matchAt, matchBefore, only, type Place, type Reading } from "./place.js";

const words = (block: string): readonly string[] =>
  block === "landscape" ? landscapeWords : block === "verify" ? verifyWords : [];

/** The statement that a place stands in, from its word to the place, when it is on one line. */
function statementBefore(place: Place): { word: string; behind: string } | undefined {
  const block = blockAround(place, place.start);
  const own = words(block ?? "");
  if (block === undefined || own.length === 0) {
    return undefined;
  }
  const found = matchBefore(
    `(?:^|[\\n\\r{;]|(?<![=,+*/^(-]\\s*)\\s)\\s*(${own.join("|")})(?!\\p{ID_Continue})([^\\n\\r{}]*)`,
    place,
    place.start,
  );
  if (found === null) {
    return undefined;
  }
  // The last of them on the line.
  let word = found[1]!;
  let behind = found[2]!;
  for (;;) {
    const next = new RegExp(
      `^(.*[^=,+*/^(\\s-]\\s+)(${own.join("|")})(?!\\p{ID_Continue})\\s*(?![=,)]?$)(.*)$`,
      "u",
    ).exec(behind);
    if (next === null) {
      return { word, behind };
    }
    [word, behind] = [next[2]!, next[3]!];
  }
}

/** `eta =` at the end of a line: the parser takes the word of the next for its value. */
const lacking: Reading = (place) => {
  const { text, start, said } = place;
  const block = blockAround(place, start);
  const own = words(block ?? "").join("|");
  if (own === "" || !/^(?:expected|unexpected)/.test(said)) {
    return undefined;
  }
  const found = matchBefore(
    `(${aName}(?:\\s*\\[[^\\]]*\\])?\\s*[=~]|\\b(?:observe|predict|loss|data|weights|param|let|landscape|with)|[*/^@+-])[^\\S\\n\\r]*[\\n\\r]\\s*(${own})\\s+`,
    place,
    start,
  );
  if (found !== null && matchAt("[=:]", place, start) === null) {
    const at = start - found[0].length + found[0].lastIndexOf(found[2]!);
    return {
      ...only(`expected ${whatLacks(found[1]!)} but found \`${found[2]}\``),
      at: { start: at, end: at + found[2]!.length },
    };
  }
  const end = /^[^\n\r]*?(?=\s*(?:[\n\r]|$))/.exec(text.slice(start))![0];
  const last = matchBefore(
    `(${aName}|[\\d.]+|->|\\S)[^\\S\\n\\r]*(?://[^\\n\\r]*)?[\\n\\r]\\s*`,
    place,
    start,
  );
  if (
    last === null ||
    !/^expected (?:a number, a name|a name|`=`|edges).* but found /.test(said) ||
    end === ""
  ) {
    return undefined;
  }
  const at = start - last[0].length;
  return {
    ...only(
      `${said.replace(/ but found .*$/s, "")} behind \`${last[1]}\`, where the line ends${/^expected `=`/.test(said) ? `; write \`${last[1]} = 0\`` : ""}`,
    ),
    at: { start: at, end: at + last[1]!.length },
  };
};

function whatLacks(before: string): string {
  const text = before.replace(/\s+/g, " ");
  switch (text) {
    case "observe":
      return `an observable such as \`${observableNames()[0]}\` behind \`observe\``;
    case "predict":
      return "`order 3`, `series 3` or names of diagrams behind `predict`";
    case "loss":
      return "an expression behind `loss`";
    default:
      return /[=~]$/.test(text)
        ? `${text.endsWith("~") ? `a distribution such as \`${exampleDistribution}\`` : "a value"} behind \`${text}\``
        : /^\p{ID_Start}/u.test(text)
          ? `a name behind \`${text}\``
          : `more behind \`${text}\``;
  }
}

/** `eta 0.1` and `weights h`: `=` is lacking. */
const equals: Reading = (place) => {
  const { text, start, end, said } = place;
  if (!/^expected `=` but found/.test(said)) {
    return undefined;
  }
  const block = blockAround(place, start);
  const before = matchBefore(`(?:(${aName})\\s+)?(${aName})(\\s*)`, place, start);
  if (before === null || block === undefined || block === "diagram") {
    return undefined;
  }
  const [, word, name, gap] = before;
  const found = text.slice(start, end);
  if (found === "~" && word === "weights") {
    return only(
      `unexpected \`~\`: a weight starts at a number, or from normals by \`${name} = randn(1)\`; write \`${name} = 0\``,
    );
  }
  if (found === "in") {
    return only(`expected the start of \`${name}\` but found \`in\`; write \`${name} = 0 in …\``);
  }
  if (/^[\p{ID_Start}_]/u.test(found) && !words(block).includes(found) && /^\s*=/.test(text.slice(end))) {
    return only(
      `unexpected \`${found}\` behind \`${name}\`: a name is one word, without a kind before it; write \`${found}\` or \`${name}_${found}\``,
    );
  }
  if (/[\n\r]/.test(gap!) || words(block).includes(found)) {
    return only(
      `expected \`=\` and a value behind \`${name}\` but found \`${found}\`; write \`${name} = 0\``,
    );
  }
  if (/^[-\d.]/.test(found) && (verifyWords.includes(name!) || !/^-/.test(found))) {
    const number = /^-?[\d.]+(?:[eE][+-]?\d+)?/.exec(text.slice(start))?.[0];
    return number === undefined
      ? undefined
      : {
          message: `expected \`=\` but found \`${found}\`; write \`${name} = ${number}\``,
          title: "Write `=`",
          pieces: [change(start, start, "= ")],
        };
  }
  return /^[-.]/.test(found) && /^\s*$/.test(gap!)
    ? only(
        `unexpected \`${found}\` in a name: names have letters, digits and \`_\`; write one such as \`${name}_1\``,
      )
    : undefined;
};

/** `normal 0, 1` and `sgd` alone: what they are of stands in parentheses. */
const parameters: Reading = (place) => {
  const { start, said } = place;
  const name = /^expected `\(` but found (?!`[[{])/.test(said)
    ? matchBefore(`(${aName})\\s*`, place, start)?.[1]
    : undefined;
  const optimiser = optimisers.find((one) => one.name === name);
  const signature =
    optimiser === undefined ? name && distributionNamed(name)?.signature : exampleOf(optimiser);
  return signature === undefined || signature === ""
    ? undefined
    : only(`${said}; what \`${name}\` is of stands in parentheses behind it, such as \`${signature}\``);
};

/** `normal(mu = 0, sigma = 1)` and `discrete([1, 2], [0.5, 0.5])`. */
const distributed: Reading = (place) => {
  const { start, said, text } = place;
  if (!/^expected `\)` but found `[=[{]`/.test(said)) {
    return undefined;
  }
  const family = matchBefore(`~\\s*(${aName})\\s*\\([^()]*`, place, start)?.[1];
  const record = family === undefined ? undefined : distributionNamed(family);
  if (record === undefined) {
    return undefined;
  }
  return only(
    text[start] === "="
      ? `unexpected \`=\`: parameters of a distribution have no names; write \`${record.signature}\``
      : `unexpected \`${text[start]}\`: values stand in the parentheses themselves; write them as in \`${record.form}\``,
  );
};

/** `a and b`, and two values or names side by side. */
const lists: Reading = (place) => {
  const { text, start, end, said } = place;
  const statement = statementBefore(place);
  const found = text.slice(start, end);
  if (statement === undefined || !/^(?:expected|unexpected)/.test(said) || said.includes("did you mean")) {
    return undefined;
  }
  const own = words(blockAround(place, start)!).join("|");
  // a comma before the next statement is told as one
  if (
    matchAt(`,\\s*(?:${own})(?!\\p{ID_Continue})`, place, start) ||
    matchBefore(`,\\s*(?:${own})\\s+`, place, start)
  ) {
    return undefined;
  }
  const { word, behind } = statement;
  const isAnd = /^(?:and|&|\+)$/.test(found);
  const isName = /^[\p{ID_Start}_]/u.test(found);
  const isNumber = /^[\d.]/.test(found);
  const last = new RegExp(`(${aName}|[\\d.eE]+|\\S)\\s*$`, "u").exec(behind)?.[1] ?? word;
  if (word === "predict") {
    // Of a statement on the line of another the blank before it is gone.
    const order = /^\s*(order|series)\b\s*(\d*)/.exec(behind);
    if (order !== null && order[2] !== "" && (isAnd || found === ",")) {
      return only(
        `unexpected \`${found}\`: one order is predicted, with all below it; write \`predict ${order[1]} ${order[2]}\``,
      );
    }
    const number = /(?:order|series)\s*\(?\s*(\d+)/.exec(
      behind + /^[^\n\r}]*/.exec(text.slice(start))![0],
    )?.[1];
    if (number !== undefined && (found === "(" || isName) && order?.[2] !== number) {
      return only(`unexpected \`${found}\`: write \`predict order ${number}\``);
    }
    return order !== null && order[2] === "" && (isName || found === "(")
      ? only(
          `expected a number of edges behind \`${order[1]}\` but found \`${found}\`; write one such as \`predict ${order[1]} 3\``,
        )
      : isAnd || found === ","
        ? {
            message: `unexpected \`${found}\`: diagrams are added with \`+\``,
            title: "Change to `+`",
            pieces: [change(start, end, "+")],
          }
        : undefined;
  }
  if (word === "observe") {
    const joined = `${last}_${/^-?\s*(\p{ID_Continue}*)/u.exec(text.slice(start))![1]}`;
    const meant = observableNames().includes(joined) ? joined : nearestWord(joined, observableNames());
    if ((isName || found === "-") && meant !== undefined && !observableNames().includes(last)) {
      return only(`unexpected \`${found}\` behind \`${last}\`; did you mean \`${meant}\`?`);
    }
    if (isAnd && found !== "+") {
      return {
        message: `unexpected \`${found}\`: observables stand with commas between them`,
        title: "Change to `,`",
        pieces: [change(start, end, ",")],
      };
    }
    if (/^[-+*/^]/.test(found) || found === "**") {
      return only(
        `unexpected \`${found}\`: a function of the weights is observed under a name; write one such as \`radius = ${last}${found}…\``,
      );
    }
    if (isName && /^(?:variance|covariance|displacement)$/.test(last)) {
      return only(
        `unexpected \`${found}\`: what \`${last}\` is of stands in parentheses; write \`${last}(${found})\``,
      );
    }
    return isName && !verifyWords.includes(found)
      ? only(
          `unexpected \`${found}\` behind \`${last}\`: observables stand with commas between them, and other statements begin with a word of the block`,
        )
      : undefined;
  }
  if (/^\d/.test(last) && /^(?:[\d.]|[\p{ID_Start}_])/u.test(found) && word !== "loss" && word !== "let") {
    const isClose = !/\s$/.test(behind);
    if (isClose && isNumber) {
      return only(
        `unexpected \`${found}\` in a number: a number has one point; write one such as \`0.5\` or \`1e3\``,
      );
    }
    if (isClose && /^[eE]$/.test(found)) {
      return only(`unexpected \`${found}\` in a number: digits lack behind it; write one such as \`1e-3\``);
    }
    if (
      isName &&
      verifyWords.includes(word) &&
      !found.startsWith("_") &&
      !/^\s*[=~:(]/.test(text.slice(end)) &&
      words(blockAround(place, start)!).indexOf(found) < 0
    ) {
      return only(
        `unexpected \`${found}\` behind \`${last}\`: numbers stand without units, and in digits; remove it, or write them out`,
      );
    }
    if (word === "weights" && isName && /^\s*=/.test(text.slice(end))) {
      return {
        message: `unexpected \`${found}\`: weights stand with commas between them; write \`, ${found} = …\``,
        title: "Put a comma before it",
        pieces: [change(start - /\s*$/.exec(behind)![0].length, start, ", ")],
      };
    }
    return isNumber && (word === "eta" || word === "with")
      ? {
          message: `unexpected \`${found}\`: values stand with commas between them; write \`, ${found}\``,
          title: "Put a comma before it",
          pieces: [change(start - /\s*$/.exec(behind)![0].length, start, ", ")],
        }
      : undefined;
  }
  if (isAnd && found !== "+" && /^(?:eta|with|weights|data)$/.test(word)) {
    return {
      message: `unexpected \`${found}\`: a list has commas`,
      title: "Change to `,`",
      pieces: [change(start, end, ",")],
    };
  }
  return undefined;
};

/** `adam(N = 10)`: none of the optimisers. */
const unknown: Reading = (place) => {
  const { text, start, end, said } = place;
  const found = text.slice(start, end);
  if (
    blockAround(place, start) !== "verify" ||
    !/^expected a statement of the verify/.test(said) ||
    said.includes("did you mean") ||
    !/^\s*\(/.test(text.slice(end)) ||
    !/^[\p{ID_Start}_]/u.test(found)
  ) {
    return undefined;
  }
  const known = optimisers.map(({ name }) => `\`${name}\``);
  return only(
    `there is no optimiser \`${found}\`; there are ${known.slice(0, -1).join(", ")} and ${known.at(-1)}`,
  );
};

/** `observe test_loss; train_loss`: where no statement begins a comma is meant. */
const semicolons: Reading = (place) => {
  const { text, start } = place;
  const block = blockAround(place, start);
  const next = matchAt(`;\\s*(${aName}|[\\d.]+)`, place, start)?.[1];
  const statement = statementBefore(place);
  const own = words(block ?? "");
  if (text[start] !== ";" || next === undefined || statement === undefined || own.includes(next)) {
    return undefined;
  }
  return /^(?:observe|eta|with|weights|data)$/.test(statement.word)
    ? {
        message: `unexpected \`;\`: what stands in one list has commas between it; write \`,\``,
        title: "Change to `,`",
        pieces: [change(start, start + 1, ",")],
      }
    : undefined;
};

/** Words that are reserved, `h.^2`, `sin^2(h)`, `h'` and `h == x`. */
const expressions: Reading = (place) => {
  const { text, start, said } = place;
  const reserved = matchAt(
    `(?:${statementsWithoutEquals.join("|")})\\s+(diagram|landscape|verify|import)\\s*[=~,:]`,
    place,
    start,
  );
  if (reserved !== null && /is not closed$/.test(said)) {
    const at = start + reserved[0].indexOf(reserved[1]!);
    return {
      ...only(`\`${reserved[1]}\` begins a declaration and is no name; take another`),
      at: { start: at, end: at + reserved[1]!.length },
    };
  }
  const block = blockAround(place, start);
  if (block === undefined || block === "diagram") {
    return undefined;
  }
  const pointed = matchAt("\\.([*/^])", place, start);
  if (pointed !== null && /[\p{ID_Continue})\]]\s*$/u.test(text.slice(Math.max(0, start - 20), start))) {
    return {
      message: `unexpected \`.${pointed[1]}\`: operators go entry by entry as they are; write \`${pointed[1]}\``,
      title: `Change to \`${pointed[1]}\``,
      pieces: [change(start, start + 2, pointed[1]!)],
    };
  }
  const power = matchBefore(`(${aName})\\s*\\^\\s*(\\d+)\\s*`, place, start);
  const argument = matchAt("\\(([^()]*)\\)", place, start);
  if (power !== null && argument !== null && said.endsWith("a product needs its `*`")) {
    const written = `${power[1]}(${argument[1]})^${power[2]}`;
    return {
      message: `unexpected \`(\`: a power stands behind what it is of; write \`${written}\``,
      title: `Change to \`${written}\``,
      pieces: [change(start - power[0].length, start + argument[0].length, written)],
    };
  }
  const primed = text[start] === "'" ? matchBefore(`(${aName})`, place, start) : null;
  if (primed !== null && !/^'[^\n\r']*'/.test(text.slice(start))) {
    return only(
      `unexpected \`'\` in a name: names have letters, digits and \`_\`; write one such as \`${primed[1]}_prime\``,
    );
  }
  const statement = statementBefore(place);
  return /^={1,2}/.test(text.slice(start)) &&
    !/^\s*\([\p{ID_Continue}\s,]*\)\s*$/u.test(statement?.behind ?? "") &&
    (statement?.word === "loss" || (statement?.word === "let" && /=/.test(statement.behind))) &&
    /\S\s*=?$/.test(statement.behind)
    ? only(
        "unexpected `=`: there are no comparisons and no conditions, since a loss is smooth; write one smooth expression",
      )
    : undefined;
};

/** What must be looked for before conditions of Python are. */
export const earlyReadings: readonly Reading[] = [lacking, expressions, lists, dataSlips];

export const statementReadings: readonly Reading[] = [
  ...[semicolons, equals, parameters, distributed, unknown, ...nameReadings],
];
