import { createHash, type Hash } from "node:crypto";
import { type AnyLandscape, isWritten, type LargeLandscape } from "../evaluate/index.js";
import { canonicalParts } from "../landscape/index.js";
import { lowerLandscape } from "../tensors/index.js";

const digests = new WeakMap<AnyLandscape, string>();

/**
 * What tells a landscape apart from all others, whatever it is called: SHA-256 of its weights, its data and its loss, in
 * hexadecimal. Found when it is first asked for.
 */
export function landscapeDigest(landscape: AnyLandscape): string {
  let digest = digests.get(landscape);
  if (digest === undefined) {
    const hash = createHash("sha256");
    if (isWritten(landscape)) {
      for (const part of canonicalParts(landscape)) {
        hash.update(part);
      }
    } else {
      updateByTensors(hash, landscape);
    }
    digest = hash.digest("hex");
    digests.set(landscape, digest);
  }
  return digest;
}

/** Of a table its own digest, and of a loss its program: as it is written, lets would stand in it ever again. */
function updateByTensors(hash: Hash, { whole, metric }: LargeLandscape): void {
  const { weights, data } = whole;
  const shapes = weights.map(({ name, shape }) => ({ name, shape }));
  const sources = data.map((source) =>
    source.kind === "rows"
      ? { digest: source.digest, columns: source.columns.map(({ name, shape }) => ({ name, shape })) }
      : source,
  );
  hash.update(JSON.stringify({ shapes, sources, metric }));
  for (const { start } of weights) {
    hash.update(start);
  }
  const program = lowerLandscape(whole);
  hash.update(
    JSON.stringify(program, (_, value: unknown) =>
      value instanceof Int32Array ? createHash("sha256").update(value).digest("hex") : value,
    ),
  );
}
