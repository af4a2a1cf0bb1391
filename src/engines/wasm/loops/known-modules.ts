import type { AnyRequest } from "../../../simulate/request.js";
import type { TensorPlan } from "../../../simulate/tensors/index.js";
import { buildLanesModule, type LanesModule } from "./module.js";

/** What of a request modules do not depend on, nor do plans. */
const ofNoModule = new Set(["trials", "firstTrial", "seed"]);

/** Of so many requests of a landscape modules are known. */
const mostOfLandscape = 4;

interface KnownModule {
  readonly request: AnyRequest;
  readonly place: number;
  /** None for a plan that is interpreted. */
  readonly module: LanesModule | undefined;
}

const known = new WeakMap<object, KnownModule[]>();

/**
 * The module of a plan of a request, which is not built anew for other trials of the same: to write it takes as long as some hundred trials.
 * @param place which of the request's plans it is.
 */
export async function moduleOfRequest(
  request: AnyRequest,
  place: number,
  plan: TensorPlan,
): Promise<LanesModule | undefined> {
  const isOwn = (one: KnownModule) => one.place === place && areAlike(one.request, request);
  const own = known.get(request.landscape)?.find(isOwn);
  const found = own ?? { request, place, module: await buildLanesModule(plan) };
  const others = (known.get(request.landscape) ?? []).filter((one) => !isOwn(one));
  known.set(request.landscape, [found, ...others].slice(0, mostOfLandscape));
  return found.module;
}

/** Whether two requests are the same but for trials: one was made of the other, so that what they hold is the same. */
function areAlike(one: AnyRequest, other: AnyRequest): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every(
    (name) =>
      ofNoModule.has(name) ||
      (one as unknown as Readonly<Record<string, unknown>>)[name] ===
        (other as unknown as Readonly<Record<string, unknown>>)[name],
  );
}
