import type { Selection } from "../evaluate/index.js";
import { componentLabels } from "../observables/index.js";
import { formatSpaceTime } from "../optimisers/index.js";
import { defaultSeed } from "../runs/defaults.js";
import type { Run, RunHeader, RunPoint } from "../runs/index.js";
import { formatMetric } from "./metric-text.js";
import { predictionOrder } from "./predict.js";
import { type VerifySpecification, variantsOf, wordsOfWith } from "./specification.js";

/** A prediction as a `.diag` file writes it. */
export function formatSelection(selection: Selection): string {
  return selection.kind === "diagrams"
    ? selection.diagrams.map(({ name }) => name).join(" + ")
    : `${selection.kind} ${selection.order}`;
}

/** What a record says of the specification that it is of. */
export function describedSpecification(
  specification: VerifySpecification,
  seed: number | undefined,
): Pick<
  RunHeader,
  "landscape" | "spacetime" | "prediction" | "sum" | "measure" | "order" | "observables" | "etas" | "seed"
> {
  const { landscape, spacetime, prediction, sum, measure, etas } = specification;
  return {
    landscape: landscape.name,
    spacetime: formatSpaceTime(spacetime),
    ...(landscape.metric === undefined ? {} : { metric: formatMetric(landscape.metric) }),
    prediction: prediction === undefined ? "" : formatSelection(prediction),
    sum,
    ...(measure === undefined ? {} : { measure }),
    order: predictionOrder(specification),
    observables: variantsOf(specification).flatMap((one) =>
      one.observables
        .flatMap((observable) => componentLabels(observable, one.landscape))
        .map((label) => labelWith(label, one.with)),
    ),
    etas,
    seed: seed ?? specification.seed ?? defaultSeed,
  };
}

/** The name of a number in a record, where those of several values of a param stand beside each other. */
export function labelWith(label: string, chosen: VerifySpecification["with"]): string {
  return `${label}${wordsOfWith(chosen)}`;
}

/** Numbers as a record has them. */
export function labelledWith<Item extends { readonly observable: string }>(
  chosen: VerifySpecification["with"],
  items: readonly Item[],
): Item[] {
  return items.map((item) => ({ ...item, observable: labelWith(item.observable, chosen) }));
}

/** A run as a record has it. */
export function pointOf(run: Run): RunPoint {
  const {
    verify: _,
    device: __,
    seed: ___,
    metric: ____,
    with: chosen,
    predicted,
    truncation,
    ...rest
  } = run;
  const point = { ...rest, predicted: finite(predicted), truncation: finite(truncation) };
  return labelledWith(chosen, [point])[0]!;
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
