import {
  drawingToDot,
  drawingToJson,
  drawingToSvg,
  drawingToTikz,
  layoutDrawing,
} from "../../diagram/drawing/index.js";
import type { NamedDiagram } from "../../language/index.js";
import { analyzeGivenFile, findDeclaration } from "../files.js";
import { commonOptions, UsageError } from "../usage.js";
import { printJson, type Verb } from "../verb.js";

const formats = ["svg", "tikz", "dot", "json"] as const;
type Format = (typeof formats)[number];

/** `diag render FILE NAME --to FORMAT`: the drawing of a diagram. */
export const render: Verb = {
  name: "render",
  words: "FILE NAME",
  summary: "draw a diagram",
  example: "diag render examples/gauss.diag skew --to svg > skew.svg",
  options: {
    to: { takes: "value", hint: formats.join("|"), help: "the format of the drawing" },
    ...commonOptions,
  },
  async run(given, terminal) {
    const [path, name, ...rest] = given.words;
    if (path === undefined || name === undefined || rest.length > 0) {
      throw new UsageError("diag render needs a FILE and the NAME of one diagram in it");
    }
    const format = formats.find((one) => one === given.value("to"));
    if (format === undefined) {
      throw new UsageError(`choose a format: --to ${formats.join(", --to ")}`);
    }
    const file = await analyzeGivenFile(path);
    const drawing = await draw(findDeclaration(file.diagrams, name, "diagram", file), format);
    if (given.has("json")) {
      printJson(terminal, {
        diagram: name,
        format,
        drawing: format === "json" ? JSON.parse(drawing) : drawing,
      });
    } else {
      terminal.print(drawing.trimEnd());
    }
    return 0;
  },
};

/** A named diagram in one of the formats. */
export async function draw(named: NamedDiagram, format: Format): Promise<string> {
  if (format === "dot") {
    return drawingToDot(named);
  }
  const drawing = await layoutDrawing(named);
  if (format === "svg") {
    return drawingToSvg(drawing);
  }
  return format === "tikz" ? drawingToTikz(drawing) : drawingToJson(drawing);
}
