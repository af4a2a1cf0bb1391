import type { Engine, EngineName } from "../engines/index.js";
import { isWritten } from "../evaluate/index.js";
import { isFlow } from "../optimisers/index.js";
import { counted } from "../printable/index.js";
import { auto } from "../runs/index.js";
import type { AnyRequest } from "../simulate/index.js";
import { rowsOf } from "../simulate/tensors/index.js";
import { haveCenters, withCenters } from "./centers.js";
import { type RunControls, withControls } from "./controlled.js";
import { engineKey, isAsProcessor, mayGoOn, nameIn } from "./engine-keys.js";
import type { KnownTrials } from "./kept-trials.js";
import type { Measured } from "./measured.js";
import { byLabel } from "./orders.js";
import type { Floors } from "./rounding.js";
import type { LabelledPrediction } from "./run-engines.js";
import type { Verification } from "./verification.js";

/** The trials at a learning rate, before any is carried out. */
export interface TrialsAt {
  /** With all rows in place of test points and without controls. */
  readonly exact: AnyRequest;
  /** Without controls. */
  readonly plain: AnyRequest;
  readonly request: AnyRequest;
  readonly engine: Engine;
  readonly floors: Floors;
  /** A digest of the controls; absent where there are none. */
  readonly controls?: string;
  /** What an earlier run left, with which this one goes on. */
  readonly done?: KnownTrials;
}

/** Finds out what the trials at a learning rate are, and what carries them out. */
export async function trialsAt(
  verification: Verification,
  eta: number,
  predictions: readonly LabelledPrediction[],
): Promise<TrialsAt> {
  const { trialled: specification, options, keeper, trials, seed } = verification;
  const { landscape, spacetime, name } = specification;
  const { numbers, expansion } = verification.numbers;
  const exact: AnyRequest = {
    ...{ landscape, spacetime, eta, trials, seed, numbers },
    ...(expansion === undefined ? {} : { expansion }),
  };
  options.onPhase?.({ doing: "choosing", verify: name, eta });
  const asked = specification.testPoints ?? (await verification.engines.testPointsFor(exact, options.signal));
  const testPoints =
    asked === undefined || isWritten(landscape) || asked >= rowsOf(landscape) ? {} : { testPoints: asked };
  const natural: AnyRequest = { ...exact, ...testPoints };
  const centers = await verification.engines.centersFor(natural, options.signal);
  const plain = { ...natural, numbers: withCenters(numbers, centers) };
  const kept = keeper.at(eta);
  const begun = kept.filter(({ result }) => result.trials <= trials);
  const chosen = await verification.engines.engineFor(
    plain,
    predictions,
    begun.map(({ engines }) => engines),
    options.signal,
  );
  const { engine } = chosen;
  const controls = await findControls(verification, plain, engine.name);
  const isFree = (options.backend ?? auto.name) === auto.name;
  const done = begun.find(
    (trials) =>
      mayGoOn(engine, plain, trials.engines, isFree) &&
      haveCenters(trials.result.statistics, centers) &&
      trials.controls === controlsWith(controls, trials.engines),
  );
  const digest = controlsWith(controls, done?.engines ?? [engineKey(engine, plain)]);
  const controlled = digest === undefined ? plain : withControls(plain, verification.numbers, controls);
  const request = { ...controlled, numbers: withCenters(controlled.numbers, centers) };
  // The processor goes on with trials of which some may be of single precision; a run that is stopped measures none.
  const measured = await verification.engines.floorsFor(engine, request, chosen.floors, options.signal);
  const floors = done !== undefined && measured.size === 0 ? done.floors : measured;
  if (!options.signal?.aborted) {
    if (done !== undefined) {
      options.onResume?.(eta, done.result.trials);
    } else if (kept.length > 0) {
      options.onSetAside?.(eta, setAside(kept[0]!, trials, controls));
    }
  }
  return {
    ...{ exact, plain, request, engine, floors },
    ...(digest === undefined ? {} : { controls: digest }),
    ...(done === undefined ? {} : { done }),
  };
}

/** What is known of trials beside what they measure, and where rounding matters. */
export async function factsOfTrials(
  { engines, numbers, options }: Verification,
  { plain, request, engine }: Pick<TrialsAt, "plain" | "request" | "engine">,
): Promise<Pick<Measured, "testPoints" | "pilot">> {
  const pilot =
    numbers.expansion === undefined || isFlow(plain.spacetime)
      ? undefined
      : await engines.pilotFor(plain, engine, options.signal);
  const points = request.testPoints === undefined ? {} : { testPoints: request.testPoints };
  return { ...points, pilot: pilot && byLabel(pilot.statistics) };
}

/** Controls are for the processor and what has its bits, and for runs that measure more than the total. */
async function findControls(
  { trialled: specification, options, numbers, engines }: Verification,
  request: AnyRequest,
  engine: EngineName,
): Promise<RunControls | undefined> {
  if (!isAsProcessor(engine) || numbers.controlled === undefined) {
    return undefined;
  }
  options.onPhase?.({ doing: "fitting", verify: specification.name, eta: request.eta });
  return await engines.controlsFor(specification, request, numbers, options.signal);
}

/** The digest of the controls that trials have which such engines simulate, one after the other. */
function controlsWith(controls: RunControls | undefined, engines: readonly string[]): string | undefined {
  const [first] = engines;
  return first !== undefined && isAsProcessor(nameIn(first)) ? controls?.digest : undefined;
}

/** Why trials that are kept are done anew. */
function setAside(known: KnownTrials, wanted: number, controls: RunControls | undefined): string {
  const { result, engines } = known;
  if (result.trials > wanted) {
    return `${counted(result.trials, "trial is kept and stays", "trials are kept and stay")} so; what is asked for, ${wanted}, is done anew`;
  }
  const why =
    known.controls === controlsWith(controls, engines)
      ? "another engine simulates now"
      : "their controls are not those of this run";
  return `${result.trials} trials that ${engines.join(" and ")} had done are done anew, since ${why}`;
}
