import { componentLabels } from "../../observables/index.js";
import { fileNameOf } from "../../printable/index.js";
import { describedSpecification, type VerifySpecification, variantsOf } from "../../verify/index.js";
import { UsageError } from "../usage.js";

/** What a plot shows. */
export const plotNames = ["measured", "orders", "contributions", "remainders"] as const;
export type PlotName = (typeof plotNames)[number];

/** What a plot is called where it stands. */
export const plotTitles: Readonly<Record<PlotName | "curves", string>> = {
  measured: "Values",
  curves: "Curves",
  orders: "Orders",
  contributions: "Contributions",
  remainders: "Remainders",
};

/** What plots are written as. */
export const plotFormats = ["svg", "png", "csv"] as const;
export type PlotFormat = (typeof plotFormats)[number];

/** Which plots of a block are wanted. */
export interface PlotChoice {
  readonly plots: readonly PlotName[];
  /** The param that measured values are drawn over; absent for learning rates. */
  readonly parameter?: string;
  /** The learning rate that orders and contributions are at; the largest where it is absent. */
  readonly eta?: number;
}

/** What was asked of plots, before it is known of which blocks. */
export interface AskedPlots {
  /** `--x`: `eta`, or a param. */
  readonly x?: string;
  readonly plots?: readonly PlotName[];
  readonly eta?: number;
}

/**
 * The plots of a block.
 * @throws UsageError where the block has not what was asked.
 */
export function choiceOf(specification: VerifySpecification, asked: AskedPlots): PlotChoice {
  const { name, etas, over } = specification;
  const { x, eta } = asked;
  if (eta !== undefined && !etas.includes(eta)) {
    throw new UsageError(`verify ${name} has no eta = ${eta}; it has ${etas.join(", ")}`);
  }
  if (x !== undefined && x !== "eta" && x !== over?.parameter) {
    throw new UsageError(
      over === undefined
        ? `verify ${name} does not run over ${x}; write with ${x} = … in it, or give values by --with ${x}=0.1,1`
        : `verify ${name} runs over ${over.parameter}, not ${x}; write --x ${over.parameter} or --x eta`,
    );
  }
  // One learning rate makes no curve.
  const isOver = x === undefined ? over !== undefined && etas.length === 1 : x !== "eta";
  return {
    plots: asked.plots ?? (isOver ? ["measured"] : plotNames),
    ...(isOver ? { parameter: over!.parameter } : {}),
    ...(eta === undefined ? {} : { eta }),
  };
}

/** The largest learning rate, unless another was asked for. */
export function etaShown({ eta }: PlotChoice, { etas }: Pick<VerifySpecification, "etas">): number {
  return eta ?? Math.max(...etas);
}

/** A plot that may come of a block, and what its file is called without its ending. */
export interface PlannedPlot {
  readonly plot: PlotName;
  readonly observable: string;
  /** Of plots over a param. */
  readonly eta?: number;
  readonly file: string;
}

/** All plots that may come of blocks, with names of files that are apart. */
export class Plans {
  private readonly taken = new Set<string>();

  of(specification: VerifySpecification, choice: PlotChoice): PlannedPlot[] {
    const { name, etas } = specification;
    const { parameter } = choice;
    const observables = describedSpecification(specification, undefined).observables;
    return choice.plots.flatMap((plot): PlannedPlot[] =>
      plot === "measured" && parameter !== undefined
        ? labelsOver(specification).flatMap((observable) =>
            etas.map((eta) => ({
              ...{ plot, observable, eta },
              file: this.named([
                ...[name, observable, `over-${parameter}`],
                ...(etas.length > 1 ? [`eta-${eta}`] : []),
                plot,
              ]),
            })),
          )
        : observables.map((observable) => ({
            ...{ plot, observable },
            file: this.named([name, observable, plot]),
          })),
    );
  }

  private named(parts: readonly string[]): string {
    const base = parts.map((part) => fileNameOf(part, "number")).join("-");
    let name = base;
    // Letters of both cases are one on some disks.
    for (let count = 2; this.taken.has(name.toLowerCase()); count++) {
      name = `${base}-${count}`;
    }
    this.taken.add(name.toLowerCase());
    return name;
  }
}

/** The names of the numbers that a block over a param has, without the param's values. */
function labelsOver(specification: VerifySpecification): string[] {
  const { observables, landscape } = variantsOf(specification)[0]!;
  return observables.flatMap((observable) => componentLabels(observable, landscape));
}

/** The files of a plot. */
export function filesOf({ file, plot }: PlannedPlot, format: PlotFormat): string[] {
  return format === "csv" && plot === "measured"
    ? [`${file}.csv`, `${file.replace(/-measured(?=(?:-\d+)?$)/, "-curves")}.csv`]
    : [`${file}.${format}`];
}
