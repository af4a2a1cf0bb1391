// What authors write who know Python.
import { tensorFunctions } from "../../tensors/index.js";
import { constantNames, functionNames } from "../semantics/constant.js";
import { nearestWord } from "../spelling.js";
import {
  aName,
  blockAround,
  change,
  everyOne,
  isBlankBefore,
  matchAt,
  matchBefore,
  type Place,
  type Reading,
  type Replacement,
} from "./place.js";

/** Whatever an expression may call or name. */
const known: readonly string[] = [
  ...functionNames,
  ...tensorFunctions.map(({ name }) => name),
  ...constantNames,
];

/** Where a block ends that has no braces: with the lines that stand deeper than its first, or where the next begins. */
function endOfBlock(text: string, head: number, from: number): number {
  const depth = (line: string): number => /^\s*/.exec(line)![0].length;
  const ownDepth = head - (text.lastIndexOf("\n", head - 1) + 1);
  let end = from;
  const nextLine = (text.indexOf("\n", from) + 1 || text.length) - 1;
  let isDeeper: boolean | undefined;
  for (const { 0: line, index } of text.slice(from).matchAll(/[^\n]+/g)) {
    const isFirst = from + index < nextLine;
    if (line.trim() !== "" && !isFirst) {
      isDeeper ??= depth(line) > ownDepth;
      const isNext =
        /^\s*(?:import|(?:train |multi_epoch )*diagram|verify|landscape\s+\S+?\s*[:{])(?![\p{ID_Continue}])/u;
      if (isDeeper ? depth(line) <= ownDepth : isNext.test(line)) {
        break;
      }
    }
    end = line.trim() === "" ? end : from + index + line.trimEnd().length;
  }
  return end;
}

/** `landscape l:` and lines below it. */
const blocks: Reading = (place) => {
  const { text, start } = place;
  const head = matchBefore(`\\b(diagram|landscape|verify)\\s+(${aName})\\s*`, place, start);
  const colon = matchAt(":(?!\\s*[={(:])", place, start);
  if (head === null || colon === null) {
    return undefined;
  }
  return {
    message: `unexpected \`:\`: a ${head[1]} stands in braces; write \`${head[1]} ${head[2]} {\` and \`}\` at its end`,
    title: "Put it in braces",
    get pieces() {
      const end = endOfBlock(text, start - head[0].length, start + 1);
      const inside = text.slice(start + 1, end);
      const isClosed =
        /^\s*\}/.test(text.slice(end)) ||
        (inside.match(/\}/g)?.length ?? 0) > (inside.match(/\{/g)?.length ?? 0);
      return [
        change(start, start + 1, /\s$/.test(head[0]) ? "{" : " {"),
        ...(isClosed ? [] : [change(end, end, inside.includes("\n") ? "\n}" : " }")]),
      ];
    },
  };
};

/** `np.exp(x)`, `math.pi` and `x.T`. */
export const modules: Reading = (place) => {
  const { text, start, said } = place;
  const chain = matchBefore(`(${aName}\\s*\\.\\s*)*${aName}\\s*`, place, start);
  const behind = matchAt(`\\.\\s*((?:${aName}\\s*\\.\\s*)*)(${aName})`, place, start);
  if (behind === null || said.includes("double quotes") || text[start] !== ".") {
    return undefined;
  }
  const name = behind[2]!;
  const end = start + behind[0].length;
  if (chain === null || /^\d/.test(chain[0])) {
    return /^\s*\(/.test(text.slice(end)) && /[)\]]\s*$/.test(text.slice(0, start))
      ? {
          message: `unexpected \`.${name}\`: a function stands before what it is of; write it as \`${name}(…)\``,
          title: "",
          pieces: [],
        }
      : undefined;
  }
  const written = known.includes(name) ? name : nearestWord(name, known);
  const prefix = (chain[0] + behind[0]).slice(0, -name.length);
  const module = prefix.replace(/\s/g, "");
  if (written === undefined && !isModule(module)) {
    return {
      message: `unexpected \`.\`: a name has no point in it; write a name such as \`${module.slice(0, -1)}_${name}\``,
      title: "",
      pieces: [],
    };
  }
  const advice =
    written === undefined
      ? `and there is no \`${name}\`; write it with those there are, such as \`exp(…)\``
      : `write \`${written}\``;
  const escaped = prefix.replace(/\./g, "\\.");
  return {
    message: `unexpected \`${module}\`: functions and constants stand without the name of a module; ${advice}`,
    title: `Remove every \`${module}\``,
    get pieces() {
      return everyOne(`(?<![\\p{ID_Continue}.])${escaped}(?=${aName})`, text).map(({ 0: one, index }) => {
        const called = new RegExp(aName, "uy");
        called.lastIndex = index + one.length;
        const own = called.exec(text)![0];
        const right = known.includes(own) ? own : (nearestWord(own, known) ?? own);
        return change(index, index + one.length + own.length, right);
      });
    },
  };
};

function isModule(prefix: string): boolean {
  return /^(?:np|numpy|jnp|jax|math|cmath|torch|tf|F|nn|sp|scipy|special|random|stats|cp|sympy|K)\./.test(
    prefix,
  );
}

/** `lambda w: w^2`, and `loss(w, x) = w^2`. */
const functions: Reading = (place) => {
  const { text, start } = place;
  const keyword = matchBefore("\\blambda\\s*", place, start);
  const names = `${aName}(?:\\s*,\\s*${aName})*`;
  if (keyword !== null) {
    const rest = matchAt(`(?:${names})?\\s*:\\s*`, place, start);
    return rest === null ? undefined : unneeded(place, start - keyword[0].length, start + rest[0].length);
  }
  const before = matchBefore(`\\bloss\\s*(\\((?:${names})?[\\s)]*)`, place, start);
  const rest = matchAt(`[\\s,]*(?:${names})?\\s*\\)?\\s*[:=]+\\s*`, place, start);
  const from = start - (before?.[1]?.length ?? 0);
  return before === null || rest === null || !text.slice(from, start + rest[0].length).includes(")")
    ? undefined
    : unneeded(place, from, start + rest[0].length);
};

function unneeded({ text }: Place, from: number, to: number): ReturnType<Reading> {
  const shown = text.slice(from, to).trim().replace(/\s+/g, " ");
  const gap = isBlankBefore(text, from) ? "" : " ";
  return {
    message: `unexpected \`${shown}\`: an expression stands alone, without the names that it is of; remove it`,
    title: `Remove \`${shown}\``,
    pieces: [change(from, to, gap)],
  };
}

/** Comparisons, conditions and loops: a loss is one smooth expression. */
const conditions: Reading = (place) => {
  const { text, start, end } = place;
  const isStatement = blockAround(place, start);
  if (isStatement === undefined || isStatement === "diagram") {
    return undefined;
  }
  const sign = matchAt("[<>]=?|\\?|!=?|&&?|\\|\\|", place, start)?.[0];
  const word = /^(?:if|else|elif|for|while|and|or|not|return|is)$/.exec(text.slice(start, end))?.[0];
  const before = matchBefore("\\b(?:if|else|elif|for|while|and|or|not|return)\\s+", place, start)?.[0].trim();
  // Of a call that cannot be read the first sign is blamed.
  const within = matchAt("\\([^()]*\\s(if|for)\\s", place, start)?.[1];
  const found = sign ?? word ?? before ?? within;
  const isRepetition = /^(?:for|while)$/.test(found ?? "");
  if (found === undefined) {
    return undefined;
  }
  const advice =
    found === "return"
      ? "an expression stands alone; remove it"
      : isRepetition
        ? "there are no loops; write the terms of a sum one by one, or weights and data with axes such as `w[3]`"
        : "there are no comparisons and no conditions, since a loss is smooth; write one smooth expression";
  return { message: `unexpected \`${found}\`: ${advice}`, title: "", pieces: [] };
};

/** `eta = [0.1, 0.2]`, `eta = (0.1, 0.2)`, `eta = np.array([0.1, 0.2])` and `predict [a, b]`. */
const brackets: Reading = (place) => {
  const { text, start } = place;
  const arrays = "[\\p{ID_Continue}.]*\\b(?:array|asarray|tensor|list|tuple)\\s*\\(\\s*";
  const called = matchBefore(
    text[start] === "." ? "[\\p{ID_Continue}.]*" : `(?:${arrays})?`,
    place,
    start,
  )![0];
  const from = start - called.length;
  const head = matchBefore(
    `\\b(?:(eta|with\\s+${aName}|trials|seed)\\s*=|(observe|predict|weights|data))\\s*`,
    place,
    from,
  );
  // In parentheses the first sign that cannot stand there is the comma.
  const opened =
    head === null ? matchBefore(`\\b(eta|with\\s+${aName})\\s*=\\s*\\(([^()]*)`, place, start) : null;
  if (opened !== null && text[start] === ",") {
    const rest = matchAt("([^()\\n]*)\\)", place, start);
    const opening = start - opened[2]!.length - 1;
    return rest === null
      ? undefined
      : withoutBrackets(place, opening, start + rest[0].length, opened[2]! + rest[1]!);
  }
  const list =
    head && matchAt(`(${arrays})?(?:\\[([^\\[\\]]*)\\]|\\{([^{}]*)\\})(\\s*,?\\s*\\))?`, place, from);
  if (head === null || list === null) {
    return undefined;
  }
  const isCall = list[1] !== undefined;
  const held = (list[2] ?? list[3])!;
  const end = from + list[0].length - (isCall ? 0 : (list[4]?.length ?? 0));
  return withoutBrackets(place, from, end, head[2] === "predict" ? held.replace(/,/g, " +") : held);
};

function withoutBrackets({ text }: Place, from: number, to: number, held: string): ReturnType<Reading> {
  const plain = held
    .trim()
    .replace(/,$/, "")
    .replace(/\s+/g, " ")
    .replace(/\s*,\s*/g, ", ");
  const gap = isBlankBefore(text, from) ? "" : " ";
  const piece: Replacement = change(from, to, gap + plain);
  return {
    message: `unexpected \`${/^[^[({]*./.exec(text.slice(from))![0]}\`: a list stands without brackets; write \`${plain}\``,
    title: "Remove the brackets",
    pieces: [piece],
  };
}

/** `w = [0, 0]`: entries one by one have no place at a weight. */
const entries: Reading = (place) => {
  const weight = matchBefore(
    `\\b(?:weights|hyper|,)\\s*(${aName})\\s*(\\[[^\\]]*\\])?\\s*=\\s*`,
    place,
    place.start,
  );
  const list = matchAt("\\[([^\\[\\]]*)\\]", place, place.start);
  if (weight === null || list === null) {
    return undefined;
  }
  const values = list[1]!
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
  const name = weight[1]!;
  const isSame = values.length > 0 && new Set(values).size === 1;
  const written = isSame
    ? `\`${name}[${values.length}] = ${values[0]}\``
    : `\`${name}[${Math.max(1, values.length)}] = from "start.npy"\`, a file`;
  return {
    message: `unexpected \`[\`: a start is one number for all entries, or a file; write ${written}`,
    title: isSame ? `Change to ${written}` : "",
    pieces: isSame
      ? [
          change(
            place.start - weight[0].length + weight[0].indexOf(name, weight[0].search(/\s|,/)),
            place.start + list[0].length,
            `${name}[${values.length}] = ${values[0]}`,
          ),
        ]
      : [],
  };
};

export const pythonReadings: readonly Reading[] = [blocks, brackets, modules, functions, entries, conditions];
