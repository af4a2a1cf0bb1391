import type { VerifySpecification } from "../../verify/index.js";
import type { OutputFolder } from "../output.js";
import type { Terminal } from "../verb.js";
import type { PlottedBlock } from "./block.js";
import {
  etaShown,
  filesOf,
  type PlannedPlot,
  type PlotChoice,
  type PlotFormat,
  type PlotName,
} from "./choice.js";

/** A file that was written of a plot. */
export interface WrittenPlot {
  readonly verify: string;
  readonly observable: string;
  /** What it shows; `curves` is the table of the curves in the plot of measured values. */
  readonly plot: PlotName | "curves";
  /** What it is over, and the learning rate that it is at where it is not over these. */
  readonly x?: string;
  readonly eta?: number;
  readonly file: string;
}

/** What plots are over; those of orders and contributions are at one learning rate. */
function placeOf(
  { plot }: PlannedPlot,
  { parameter }: PlotChoice,
  eta: number,
): Pick<WrittenPlot, "x" | "eta"> {
  switch (plot) {
    case "measured":
      return parameter === undefined ? { x: "eta" } : { x: parameter, eta };
    case "remainders":
      return { x: "eta" };
    default:
      return { eta };
  }
}

/**
 * Writes the plots of a block that has run.
 * @param planned plots that may come of it; those that it has nothing for are left out.
 */
export async function writePlots(
  block: PlottedBlock,
  planned: readonly PlannedPlot[],
  choice: PlotChoice,
  specification: VerifySpecification,
  {
    format,
    output,
    terminal,
  }: {
    readonly format: PlotFormat;
    readonly output: OutputFolder;
    readonly terminal: Pick<Terminal, "doing">;
  },
): Promise<WrittenPlot[]> {
  terminal.doing(`drawing the plots of ${specification.name}`);
  // It is large, and most verbs draw nothing.
  const { drawnPlot, pngOf } = await import("./pictures.js");
  const written: WrittenPlot[] = [];
  for (const one of planned) {
    const eta = one.eta ?? etaShown(choice, specification);
    const drawn = drawnPlot(block, one, eta);
    if (drawn === undefined) {
      continue;
    }
    const contents =
      format === "csv" ? drawn.tables() : [format === "svg" ? drawn.svg() : await pngOf(drawn.svg())];
    for (const [index, name] of filesOf(one, format).entries()) {
      // A table has all learning rates.
      const place = format === "csv" && one.plot !== "measured" ? { x: "eta" } : placeOf(one, choice, eta);
      written.push({
        ...{ verify: specification.name, observable: one.observable },
        plot: index === 0 ? one.plot : "curves",
        ...place,
        file: await output.write(name, contents[index]!),
      });
    }
  }
  return written;
}
