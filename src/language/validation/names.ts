// Words outside of declarations, names that are none, and what data are of.
import { exampleDistribution } from "../../landscape/distributions/index.js";
import { landscapeWords, verifyWords } from "../statement-words.js";
import { aName, blockAround, change, closing, matchAt, matchBefore, only, type Reading } from "./place.js";

/** Files without quotes, and other signs than `~` before a distribution. */
export const dataSlips: Reading = (place) => {
  const { text, start, end, said } = place;
  const from = matchBefore("\\b(?:from|import)\\s+([^\\s\"']*)", place, start);
  const path = from === null ? null : /^[^\s"'(){}]+/.exec(text.slice(start - from[1]!.length));
  if (from !== null && path !== null && /^[\p{ID_Start}.]/u.test(path[0]) && /[.]/.test(path[0])) {
    const at = start - from[1]!.length;
    return {
      message: `a file's name stands in double quotes; write \`"${path[0]}"\``,
      title: 'Write `"` around it',
      pieces: [change(at, at + path[0].length, `"${path[0]}"`)],
      at: { start: at, end: at + path[0].length },
    };
  }
  if (!said.startsWith("expected `data x ~") || text[end] === undefined) {
    return undefined;
  }
  const sign = matchAt(`\\s*(:|<-|in|is)(?!\\p{ID_Continue})\\s*(${aName}\\s*\\()?`, place, end);
  if (sign === null) {
    return undefined;
  }
  const at = text.indexOf(sign[1]!, end);
  return {
    message: `unexpected \`${sign[1]}\` behind \`${text.slice(start, end)}\`: a distribution stands behind \`~\`, such as \`${exampleDistribution}\``,
    ...(sign[2] === undefined
      ? { title: "", pieces: [] }
      : { title: "Change to `~`", pieces: [change(at, at + sign[1]!.length, "~")] }),
    at: { start: at, end: at + sign[1]!.length },
  };
};

/** Words that stand outside of all declarations. */
const strays: Reading = (place) => {
  const { text, start, end, said } = place;
  if (!/: a declaration begins with `import`/.test(said)) {
    return undefined;
  }
  const found = text.slice(start, end);
  const unexpected = `unexpected \`${found}\``;
  const opening = Object.keys(closing).find((one) => closing[one] === found);
  if (opening !== undefined) {
    return {
      message: `${unexpected}: no \`${opening}\` is open that it closes; remove it`,
      title: `Remove \`${found}\``,
      pieces: [change(start, end, "")],
    };
  }
  if (found === "from" && /^\s+\S+\s+import\b/.test(text.slice(end))) {
    return only(`${unexpected}: a file is imported whole, as in \`import "./landscapes.diag"\``);
  }
  const mark = matchAt(`(train\\w*|multi.?epoch)\\s+(diagram\\s+)?${aName}`, place, start);
  if (mark !== null) {
    const written = mark[1]!.startsWith("train") ? "train diagram" : "multi_epoch diagram";
    return only(
      `${unexpected}: the mark of a diagram stands before \`diagram\`; write \`${written}\` and its name`,
    );
  }
  if (landscapeWords.includes(found)) {
    return only(
      `${unexpected}: it stands in a landscape; write \`landscape l {\` before it and \`}\` at the end`,
    );
  }
  return verifyWords.includes(found)
    ? only(`${unexpected}: it stands in a verify; write \`verify v {\` before it and \`}\` at the end`)
    : undefined;
};

/** Names of two words, and such as begin with a digit. */
const names: Reading = (place) => {
  const { text, start, end, said } = place;
  const found = text.slice(start, end);
  const head = matchBefore(`\\b(diagram|landscape|verify)\\s+(${aName})\\s*`, place, start);
  if (
    head !== null &&
    /after the name of the/.test(said) &&
    /^[-.]?\s*\p{ID_Continue}+\s*(?:[{=:]|\p{ID_Continue}+\s*\{)/u.test(text.slice(start))
  ) {
    if (/^(?:train|multi_epoch)$/.test(head[2]!)) {
      return only(`the mark of a diagram stands before \`diagram\`; write \`${head[2]} diagram ${found}\``);
    }
    if (head[1] === "verify" && /^(?:on|of|for|in)$/.test(found)) {
      return only(
        `unexpected \`${found}\`: what a verify is about stands in its braces; write \`verify ${head[2]} { landscape …\``,
      );
    }
    const rest = /^\s*[-.]?\s*(\p{ID_Continue}*)/u.exec(text.slice(start))![1];
    return only(
      `unexpected \`${found}\`: a name is one word, of letters, digits and \`_\`; write \`${head[2]}_${rest}\``,
    );
  }
  if (!/^\d/.test(found) || !/^expected (?:a name|edges|an edge)/.test(said)) {
    return undefined;
  }
  if (matchBefore("~\\s*", place, start) !== null) {
    return only(
      `expected a distribution such as \`${exampleDistribution}\` behind \`~\` but found \`${found}\``,
    );
  }
  return head === null &&
    blockAround(place, start) !== "diagram" &&
    !/^[\p{ID_Start}_]|^\s*[={]/u.test(text.slice(end))
    ? undefined
    : only(`${said}; names begin with a letter, such as \`n${found}\``);
};

export const nameReadings: readonly Reading[] = [strays, names];
