import { enumerateDiagrams, formatShortForm, largestEnumeration } from "../../diagram/index.js";
import { counted } from "../../printable/index.js";
import { commonOptions, UsageError } from "../usage.js";
import { printJson, type Verb } from "../verb.js";

/** `diag enumerate`: all diagrams of so many edges. */
export const enumerate: Verb = {
  name: "enumerate",
  words: "--edges D",
  summary: "list all diagrams with D edges, each once up to isomorphism",
  example: "diag enumerate --edges 3 --irreducible --path-condition",
  options: {
    edges: { takes: "value", hint: "D", help: "how many edges the diagrams have" },
    irreducible: { takes: "flag", help: "only diagrams without links" },
    "path-condition": { takes: "flag", help: "only diagrams in which no path meets a part twice" },
    train: { takes: "flag", help: "let the root share a part, as in diagrams for the train loss" },
    ...commonOptions,
  },
  async run(given, terminal) {
    const filter = {
      irreducible: given.has("irreducible"),
      pathCondition: given.has("path-condition"),
      rootInPart: given.has("train"),
    };
    // More are refused with how many diagrams there would be.
    const edges = given.whole("edges", 0, largestEnumeration(filter), Number.MAX_SAFE_INTEGER);
    const [stranger] = given.words;
    if (stranger !== undefined) {
      const what = edges === undefined ? "give --edges D, such as --edges 3" : `leave out "${stranger}"`;
      throw new UsageError(`diag enumerate takes no file and no other words; ${what}`);
    }
    if (edges === undefined) {
      throw new UsageError("give --edges D, such as --edges 3");
    }
    terminal.doing(`enumerating the diagrams of ${counted(edges, "edge")}`);
    const found = [...enumerateDiagrams(edges, filter)];
    if (given.has("json")) {
      printJson(terminal, {
        edges,
        count: found.length,
        diagrams: found.map(({ diagram }) => formatShortForm(diagram)),
      });
      return 0;
    }
    const forms = found.map(({ diagram }) => formatShortForm(diagram));
    const width = forms.reduce((most, { length }) => Math.max(most, length), 0);
    const lines = found.map(({ automorphisms }, index) =>
      automorphisms === 1 ? forms[index]! : `${forms[index]!.padEnd(width)}  |Aut| = ${automorphisms}`,
    );
    terminal.print([...lines, `${counted(found.length, "diagram")} of ${counted(edges, "edge")}`].join("\n"));
    return 0;
  },
};
