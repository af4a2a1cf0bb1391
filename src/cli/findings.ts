import type { EngineFinding } from "../engines/index.js";
import { asSentence, printableLine } from "../printable/index.js";

/** A heading that says whether an engine works, then a line for each fact. */
export function formatFinding({ engine, works, device, software, facts, problem }: EngineFinding): string {
  const state = works ? `works: ${device}` : "not available";
  // Drivers say what they like.
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return [
    `${engine}: ${state}${software ? ", a program that imitates a GPU" : ""}`,
    ...(problem === undefined ? [] : [`  ${asSentence(problem)}`]),
    ...facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    "",
  ]
    .map(printableLine)
    .join("\n");
}
