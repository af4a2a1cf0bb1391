import { createHash } from "node:crypto";
import { openCpuEngine } from "../../../src/engines/index.js";
import { updatesOf } from "../../../src/optimisers/index.js";
import { columnsOf } from "../../../src/simulate/index.js";
import { checkpointIdentity } from "../../../src/verify/checkpoint.js";
import {
  evaluatorFor,
  readTrials,
  runVerification,
  type TrialsKind,
  writeTrials,
} from "../../../src/verify/index.js";
import { measuredNumbersOf } from "../../../src/verify/measured-numbers.js";
import type { SimulatedSpecification } from "../../../src/verify/specification.js";
import { gauss, sgd } from "../../engine/simulate-landscapes.js";
import { mutatedText, mutatedValue } from "../mutations.js";
import { check, checkLine, target } from "../target.js";

// Checkpoints that were changed, by somebody who may make digests anew: rows that are sound, and lines about the others.

const specification: SimulatedSpecification = {
  name: "kept",
  landscape: gauss,
  spacetime: sgd(4),
  etas: [0.02, 0.04],
  observables: [
    { name: "test_loss", weights: [] },
    { name: "displacement", weights: [0] },
  ],
  prediction: { kind: "order", order: 1 },
  sum: "exact",
  seed: 11,
};
const identity = checkpointIdentity(specification, 11);
const sha256 = (value: unknown) =>
  createHash("sha256")
    .update(JSON.stringify(value) ?? "")
    .digest("hex");

let sound = "";
let kind: TrialsKind;

interface Kept {
  readonly results: Record<string, unknown>[];
}

/** Makes digests anew, as somebody can who has changed rows. */
function sealed(value: Record<string, unknown>): Record<string, unknown> {
  const rows = Array.isArray(value.results) ? value.results : [];
  const results = rows.map((row: unknown) => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      return row;
    }
    const { digest: _, ...rest } = row as Record<string, unknown>;
    return { ...rest, digest: sha256([value.identity, rest]) };
  });
  return { ...value, results, digest: sha256(results) };
}

export default target<string>({
  outcomes: ["read", "damaged", "foreign"],
  async begin() {
    const texts: string[] = [];
    const engine = openCpuEngine(0);
    await runVerification(specification, {
      evaluator: evaluatorFor(specification),
      engines: { open: async () => ({ ...engine, close: async () => undefined }) },
      ...{ backend: "cpu", trials: 40 },
      checkpoints: {
        read: async () => new Map(),
        add: async (_, text) => void texts.push(text),
        remove: async () => undefined,
        setAside: async () => "",
      },
      onSettle: (settle) => void settle(true),
    });
    await new Promise(setImmediate);
    sound = texts.at(-1)!;
    const { numbers, controlled } = measuredNumbersOf(specification);
    const { landscape, spacetime } = specification;
    kind = {
      columns: columnsOf({ landscape, spacetime, numbers }),
      ...(controlled && { controlled: columnsOf({ landscape, spacetime, numbers: controlled }) }),
      updates: updatesOf(spacetime),
    };
    check(readTrials(identity, sound, kind).kind === "sound", "a checkpoint is not read as it was written");
  },
  make(random) {
    if (random.chance(0.05)) {
      return sound;
    }
    if (random.chance(0.25)) {
      return mutatedText(random, sound);
    }
    const parsed = JSON.parse(sound) as Kept & Record<string, unknown>;
    const changed = random.chance(0.85)
      ? { ...parsed, results: mutatedValue(random, parsed.results) }
      : mutatedValue(random, parsed);
    const isObject = typeof changed === "object" && changed !== null && !Array.isArray(changed);
    return (
      JSON.stringify(isObject && random.chance(0.7) ? sealed(changed as Record<string, unknown>) : changed) ??
      ""
    );
  },
  attempt(text) {
    const read = readTrials(identity, text, kind);
    if (read.kind === "foreign") {
      return "foreign";
    }
    read.refused.forEach(checkLine);
    if (read.kind === "damaged") {
      return "damaged";
    }
    // What is believed can be kept again, and is then the same.
    const again = readTrials(identity, writeTrials(identity, read.trials), kind);
    check(
      again.kind === "sound" && again.trials.length === read.trials.length,
      "what was believed is not believed again",
    );
    return "read";
  },
  show: (text) => text,
});
