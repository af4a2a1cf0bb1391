import { formatShortForm } from "../../diagram/index.js";
import { formulaOf } from "../../evaluate/index.js";
import { counted } from "../../printable/index.js";
import { analyzeGivenFile } from "../files.js";
import { findShownDiagram, isForm } from "../given-diagram.js";
import { commonOptions, UsageError } from "../usage.js";
import { printJson, type Verb } from "../verb.js";

/** `diag formula FILE NAME`: what a diagram is worth, as LaTeX. */
export const formula: Verb = {
  name: "formula",
  words: "FILE NAME",
  summary: "write a diagram's values as LaTeX",
  example: "diag formula my.diag skew",
  options: commonOptions,
  async run(given, terminal) {
    const [path, name, ...rest] = given.words;
    if (path === undefined || name === undefined || rest.length > 0) {
      throw new UsageError("diag formula needs a FILE and the NAME of one diagram in it, or a short form");
    }
    const file = await analyzeGivenFile(path, terminal);
    const { name: shown, diagram } = findShownDiagram(name, file);
    terminal.doing(`writing the formula of ${name}`);
    const written = formulaOf(diagram);
    if (given.has("json")) {
      printJson(terminal, { diagram: formatShortForm(diagram), ...written });
      return 0;
    }
    terminal.print(
      [
        isForm(name) ? shown : `${name} = ${formatShortForm(diagram)}`,
        `${counted(written.edges, "edge")}, |Aut| = ${written.automorphisms}, ` +
          `${written.irreducible ? "irreducible" : "reducible"}, ` +
          `${written.pathCondition ? "keeps" : "breaks"} the path condition`,
        `uvalue  ${written.uvalue}`,
        `rvalue  ${written.rvalue}`,
        `sum     ${written.sum}`,
        `        in an eigenbasis of ηH, with k = 1 − ηh, read in ${written.reading}`,
        ...(written.limit === written.sum
          ? []
          : [`limit   ${written.limit}`, "        as T → ∞, where |k| < 1 in every contracted direction"]),
        ...(written.sum.includes("]x^{T}")
          ? ["        [a, b, …]x^T is the divided difference of x^T at the points a, b, …"]
          : []),
      ].join("\n"),
    );
    return 0;
  },
};
