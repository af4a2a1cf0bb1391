// Words outside of declarations, names that are none, and what data are of.
import { exampleDistribution } from "../../landscape/distributions/index.js";
import { landscapeWords, verifyWords } from "../statement-words.js";
import { aName, blockAround, change, closing, matchAt, matchBefore, only, type Reading } from "./place.js";

/** What reads a file into rows, by how it is called; tables need nothing before their name. */
function reading(files: readonly string[], reader?: string): string {
  const quoted = files.map((file) => `"${file}"`).join(", ");
  const isArrays = reader === "npy" || (reader === undefined && files.every((file) => /\.npy$/i.test(file)));
  return isArrays || reader !== undefined ? `${reader ?? "npy"}(${quoted})` : quoted;
}

/** `from "X.npy", "y.npy"` and `x from npy("X.npy"), y from npy("y.npy")`: files of one data are named together. */
const filesTogether: Reading = (place) => {
  const { text, start } = place;
  const file = `(?:(${aName})\\s*\\(\\s*)?"([^"\n]*)"\\s*\\)?`;
  const before = matchBefore(`\\bdata\\s+([^{}"]*?)\\s*\\bfrom\\s+${file}\\s*`, place, start);
  if (text[start] !== "," || before === null) {
    return undefined;
  }
  const [, names, reader, first] = before;
  const more = matchAt(`,\\s*"([^"\n]*)"`, place, start);
  if (more !== null) {
    const files = [first!, more[1]!];
    return reader === undefined && !files.every((one) => /\.npy$/i.test(one))
      ? only(
          "unexpected `,`: one table stands behind `from`; several files are read by `npy(…)`, `idx(…)` or `cifar10(…)`",
        )
      : only(
          `unexpected \`,\`: several files stand in the parentheses of what reads them; write \`${reading(files, reader)}\``,
        );
  }
  const other = matchAt(`,\\s*(${aName}(?:\\s*\\[[^\\]]*\\])?)\\s*\\bfrom\\s+${file}`, place, start);
  return (
    (other &&
      (other[2] === reader
        ? only(
            `unexpected \`,\`: what is of the same rows stands before one \`from\`; write \`data ${names}, ${other[1]} from ${reading([first!, other[3]!], reader)}\``,
          )
        : only(
            "unexpected `,`: what is of the same rows stands before one `from`, as in `data x, y from …`",
          ))) ??
    undefined
  );
};

/** `from np.load("X.npy", "y.npy")` and `from pd.read_csv("points.csv")`: readers have names of their own. */
const readersOfPython: Reading = (place) => {
  const { start } = place;
  const from = matchBefore(`\\bfrom\\s+((?:${aName}(?:\\.${aName})*\\.?)?)\\s*`, place, start);
  const at = from === null ? start : start - from[1]!.length;
  const call =
    from &&
    matchAt(`((?:${aName}\\.)+${aName})\\s*\\(\\s*("[^"\n]*"\\s*(?:,\\s*"[^"\n]*"\\s*)*)\\)`, place, at);
  if (!call) {
    return undefined;
  }
  const files = [...call[2]!.matchAll(/"([^"\n]*)"/g)].map(([, file]) => file!);
  const isKnown = files.length === 1 || files.every((file) => /\.npy$/i.test(file));
  return {
    ...only(
      `there is no reader \`${call[1]}\`; ${isKnown ? `write \`${reading(files)}\`` : "several files are read by `npy(…)`, `idx(…)` or `cifar10(…)`"}`,
    ),
    at: { start: at, end: at + call[1]!.length },
  };
};

/** Files without quotes, and other signs than `~` before a distribution. */
export const dataSlips: Reading = (place) => {
  const { text, start, end, said } = place;
  const files = readersOfPython(place) ?? filesTogether(place);
  if (files !== undefined) {
    return files;
  }
  const reader = `(?:${aName}\\s*\\(\\s*(?:"[^"\n]*"\\s*,\\s*)*)?`;
  const from = matchBefore(`\\b(?:from|import)\\s+${reader}([^\\s"'(),]*)`, place, start);
  const path = from === null ? null : /^[^\s"'(),{}]+/.exec(text.slice(start - from[1]!.length));
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
