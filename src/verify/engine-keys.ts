import { type Engine, engineRecord, engineRecords } from "../engines/index.js";
import { backendNamed, processor } from "../runs/index.js";
import type { AnyRequest } from "../simulate/index.js";

/*
 * What trials of one engine have in common: the same bits. An engine of double precision may have trials of some requests in single precision; a word
 * behind its name says so, and keys without it are those that such trials in double precision always had.
 */

/** Behind the name, in keys of trials in single precision of engines that are said to be in double precision. */
const single = "single";

/** @param request of which trials are. */
export function engineKey(engine: Engine, request: AnyRequest): string {
  const { name, device, facts } = engine;
  const isSingle = !engine.isPrecise(request) && backendNamed(name)?.precision !== "single";
  const own = isSingle ? `${name} ${single}` : name;
  const bits = engineRecord(name).bits?.();
  if (bits !== undefined) {
    return `${own} ${bits}`;
  }
  const driver = facts.find(([fact]) => fact === "driver")?.[1];
  return `${own} ${device}${driver === undefined ? "" : `, ${driver}`}`;
}

/** The name of the engine that has a key. */
export function nameIn(key: string): string {
  return key.split(" ")[0]!;
}

/** Whether trials of a key are in single precision, and so have rounding floors. */
export function isSingle(key: string): boolean {
  return backendNamed(nameIn(key))?.precision === "single" || key.split(" ")[1] === single;
}

/** Whether an engine's trials have the processor's bits, where both round alike. */
export function isAsProcessor(name: string): boolean {
  return name === processor.name || engineRecords.some((one) => one.name === name && one.asProcessor);
}

/** An engine's key, by the processor's name where it has the processor's bits. */
export function bitsOf(key: string): string {
  const name = nameIn(key);
  return isAsProcessor(name) ? key.replace(name, processor.name) : key;
}

/**
 * Whether an engine may go on with what these engines simulated: it began, or it went on before with trials in double precision, which have no
 * floor that would have to be known.
 * @param isFree whether any engine will do; who asks for the processor wants its precision for all trials.
 */
export function mayGoOn(
  engine: Engine,
  request: AnyRequest,
  begun: readonly string[],
  isFree: boolean,
): boolean {
  const own = bitsOf(engineKey(engine, request));
  const [first, last] = [begun[0], begun.at(-1)].map((key) => key && bitsOf(key));
  return first === own || (isFree && engine.isPrecise(request) && last === own);
}
