// Lists with commas where statements stand one by one, or where each name has a value of its own.
import { landscapeWords, verifyWords } from "../statement-words.js";
import { aName, blockAround, change, matchAt, matchBefore, type Reading } from "./place.js";

const shape = "(?:\\s*\\[[^\\[\\]]*\\])?";
const value = `(?!(?:${landscapeWords.join("|")})\\s)[^\\s,{}=~]+`;

/** `weights w = 0, data x ~ normal(0, 1)`: the parser takes the word behind the comma for one more name. */
const statements: Reading = (place) => {
  const { text, start, said } = place;
  const block = blockAround(place, start);
  if (block !== "landscape" && block !== "verify") {
    return undefined;
  }
  const word = `(?:${(block === "landscape" ? landscapeWords : verifyWords).join("|")})(?!\\p{ID_Continue})`;
  const isComma = text[start] === ",";
  const before = isComma ? null : matchBefore(`(,)(\\s*)(${word})\\s*`, place, start);
  const comma = isComma ? start : before === null ? undefined : start - before[0].length;
  const next = comma === undefined ? null : matchAt(`,\\s*(${word})\\s*(\\S)`, place, comma);
  if (comma === undefined || next === null || (!isComma && !/^(?:expected|unexpected)/.test(said))) {
    return undefined;
  }
  const gap = /^\s/.test(text.slice(comma + 1)) ? "" : " ";
  return {
    message: `unexpected \`,\` before \`${next[1]}\`: statements stand one by one, without commas between them; remove it`,
    at: { start: comma, end: comma + 1 },
    title: "Remove `,`",
    pieces: [change(comma, comma + 1, gap)],
  };
};

/** `param a = 1, b = 2`, which is told where statements are checked. */
const singles: Reading = ({ start, said }) => {
  const word = /^unexpected `,`: each (param|let) /.exec(said)?.[1];
  return word === undefined
    ? undefined
    : { title: `Change \`,\` to \`${word}\``, pieces: [change(start, start + 1, ` ${word}`)] };
};

/** `weights u, v = 0`: every name has a value of its own. */
const values: Reading = (place) => {
  const { start, text } = place;
  if (text[start] !== ",") {
    return undefined;
  }
  const head = matchBefore(
    `\\b(weights|param|let)\\s+((?:[^{}~]*,\\s*)?)(${aName}${shape})\\s*`,
    place,
    start,
  );
  const rest = matchAt(
    `((?:\\s*,\\s*${aName}${shape})+)\\s*=\\s*(${value}(?:\\s*,\\s*${value}(?!\\s*[=\\[~]|\\p{ID_Continue}))*)`,
    place,
    start,
  );
  if (head === null || rest === null) {
    return undefined;
  }
  const word = head[1]!;
  const names = [head[3]!, ...rest[1]!.split(/,(?![^[]*\])/).slice(1)].map((name) => name.trim());
  const given = rest[2]!.split(",").map((one) => one.trim());
  const isClear = given.length === 1 || given.length === names.length;
  const between = word === "weights" ? ", " : ` ${word} `;
  const written = names
    .map((name, index) => `${name} = ${isClear ? given[given.length === 1 ? 0 : index] : "…"}`)
    .join(between);
  return {
    message: `unexpected \`,\`: each name has a value of its own; write \`${word} ${written}\``,
    title: isClear ? `Change to \`${written}\`` : "",
    pieces: isClear
      ? [change(start - head[0].length + head[0].lastIndexOf(head[3]!), start + rest[0].length, written)]
      : [],
  };
};

/** `data x, y ~ normal(0, 1)`: every variable has a distribution of its own. */
const variables: Reading = (place) => {
  const { start, text } = place;
  const head = matchBefore(
    `\\bdata\\s+(?:[^{}=]*\\)\\s*,\\s*)?((?:${aName}${shape}\\s*,\\s*)+${aName}${shape})\\s*`,
    place,
    start,
  );
  const family = matchAt(`~\\s*(${aName}\\s*\\([^()]*\\))`, place, start);
  if (head === null || family === null || text[start] !== "~") {
    return undefined;
  }
  const names = head[1]!.split(/,(?![^[]*\])/).map((name) => name.trim());
  const written = names.map((name) => `${name} ~ ${family[1]}`).join(", ");
  return {
    message: `unexpected \`~\`: each variable has a distribution of its own; write \`${written}\``,
    title: `Change to \`${written}\``,
    pieces: [
      change(start - head[0].length + head[0].lastIndexOf(head[1]!), start + family[0].length, written),
    ],
  };
};

export const listReadings: readonly Reading[] = [statements, singles, values, variables];
