import type { ElementaryFunctions } from "../compile/elementary.js";
import type { Landscape } from "../landscape/index.js";
import { weightDisplacement } from "../observables/index.js";
import { type ExpectedLoss, lossesOf } from "./losses.js";
import { boxAround, pilotEnds } from "./pilot.js";
import type { SimulationRequest } from "./request.js";
import type { SimulationPlan, TestLossCheck } from "./simulation-plan.js";

/** Plans the descent of a request, for trials of which the first alone need not be simulated. */
export type PilotPlanner = (request: SimulationRequest) => SimulationPlan;

/** What a plan measures test losses by: parts with points that were fitted to where a pilot's trials end. */
export function testLossOf(
  request: SimulationRequest,
  functions: ElementaryFunctions,
  planOf: PilotPlanner,
): Pick<SimulationPlan, "closed" | "sampled" | "check"> {
  const expected = lossesOf(request.landscape).expected();
  const check = expected.isChecked ? checkOf(request, expected, planOf) : undefined;
  return { ...expected.programs(functions, check?.fit), ...(check === undefined ? {} : { check }) };
}

/** Checks of test losses by landscape, and for each by what else they depend on. */
const knownChecks = new WeakMap<Landscape, Map<string, TestLossCheck>>();
const mostKnown = 64;

function checkOf(request: SimulationRequest, expected: ExpectedLoss, planOf: PilotPlanner): TestLossCheck {
  const { landscape, spacetime, eta, seed } = request;
  const known = knownChecks.get(landscape) ?? new Map<string, TestLossCheck>();
  knownChecks.set(landscape, known);
  const key = JSON.stringify([spacetime, eta, `${seed}`]);
  let check = known.get(key);
  if (check === undefined) {
    const pilot = planOf({
      ...request,
      numbers: lossesOf(landscape).weights.map(({ name }, weight) => ({
        label: name,
        combination: [{ factor: 1, quantity: weightDisplacement(weight) }],
      })),
      firstTrial: 0,
      trials: 1,
    });
    const ends = pilotEnds(pilot, seed);
    const fit = expected.fit(ends);
    check = { landscape: expected.landscape, fit, box: fit.trusted ? boxAround(ends) : boxAround([]) };
    if (known.size >= mostKnown) {
      known.clear();
    }
    known.set(key, check);
  }
  return check;
}
