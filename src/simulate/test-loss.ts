import type { ElementaryFunctions } from "../compile/elementary.js";
import { lowerProgram } from "../compile/lower.js";
import {
  constantApart,
  type ExpectedLossParts,
  expectedLossParts,
  fitRules,
  type Landscape,
} from "../landscape/index.js";
import { boxAround, pilotEnds } from "./pilot.js";
import type { SimulationRequest } from "./request.js";
import type { SampledPart, SimulationPlan, TestLossCheck } from "./simulation-plan.js";

/** The expected loss of a landscape in parts, its own constant left out. */
export interface RestOfLoss {
  readonly landscape: Landscape;
  readonly parts: ExpectedLossParts;
}

/** A landscape is asked for again and again, with other trials and learning rates. */
const knownLosses = new WeakMap<Landscape, RestOfLoss>();

/**
 * The expected loss of a landscape less the constant of its loss.
 * @throws LandscapeError when the expectation does not exist at the start, or cannot be found there.
 */
export function expectedLossOf(landscape: Landscape): RestOfLoss {
  let known = knownLosses.get(landscape);
  if (known === undefined) {
    const { constant, rest } = constantApart(landscape.loss);
    const own = constant === 0 ? landscape : { ...landscape, loss: rest };
    known = { landscape: own, parts: expectedLossParts(own) };
    knownLosses.set(landscape, known);
  }
  return known;
}

/** Plans the descent of a request, for trials of which the first alone need not be simulated. */
export type PilotPlanner = (request: SimulationRequest) => SimulationPlan;

/** What a plan measures test losses by: parts with points that were fitted to where a pilot's trials end. */
export function testLossOf(
  request: SimulationRequest,
  rest: RestOfLoss,
  functions: ElementaryFunctions,
  planOf: PilotPlanner,
): Pick<SimulationPlan, "closed" | "sampled" | "check"> {
  const { landscape } = request;
  const { parts } = rest;
  const weightNames = landscape.weights.map((weight) => weight.name);
  const isChecked = parts.sampled.some(({ exact }) => !exact);
  const check = isChecked ? checkOf(request, rest, planOf) : undefined;
  const sampled = parts.sampled.map((part, index): SampledPart => {
    const { count, weights, differences, values } = part.points(check?.fit.fineness[index] ?? part.coarsest);
    const first = part.exact ? 1 : 2;
    const width = first + values.length;
    const points = new Float64Array(count * width);
    for (let point = 0; point < count; point++) {
      points[point * width] = weights[point]!;
      if (!part.exact) {
        points[point * width + 1] = differences[point]!;
      }
      values.forEach((column, datum) => {
        points[point * width + first + datum] = column[point]!;
      });
    }
    return {
      program: lowerProgram([part.expression], [...weightNames, ...part.names], functions),
      data: part.names.length,
      checked: !part.exact,
      points,
      width,
      count,
    };
  });
  return {
    closed: lowerProgram([parts.closed], weightNames, functions),
    sampled,
    ...(check === undefined ? {} : { check }),
  };
}

/** Checks of test losses by landscape, and for each by what else they depend on. */
const knownChecks = new WeakMap<Landscape, Map<string, TestLossCheck>>();
const mostKnown = 64;

function checkOf(request: SimulationRequest, rest: RestOfLoss, planOf: PilotPlanner): TestLossCheck {
  const { landscape, spacetime, eta, seed } = request;
  const known = knownChecks.get(landscape) ?? new Map<string, TestLossCheck>();
  knownChecks.set(landscape, known);
  const key = JSON.stringify([spacetime, eta, `${seed}`]);
  let check = known.get(key);
  if (check === undefined) {
    const weights = landscape.weights.map((_, weight) => weight);
    const pilot = planOf({
      ...request,
      observables: [{ kind: "displacement", weights }],
      firstTrial: 0,
      trials: 1,
    });
    const ends = pilotEnds(pilot, seed);
    const fit = fitRules(rest.landscape, rest.parts, ends);
    check = { landscape: rest.landscape, fit, box: fit.trusted ? boxAround(ends) : boxAround([]) };
    if (known.size >= mostKnown) {
      known.clear();
    }
    known.set(key, check);
  }
  return check;
}
