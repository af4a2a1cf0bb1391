import { createHash } from "node:crypto";
import { canonicalParts, type Landscape } from "../landscape/index.js";

const digests = new WeakMap<Landscape, string>();

/**
 * What tells a landscape apart from all others, whatever it is called: SHA-256 of its weights, its data and its loss, in
 * hexadecimal. Found when it is first asked for.
 */
export function landscapeDigest(landscape: Landscape): string {
  let digest = digests.get(landscape);
  if (digest === undefined) {
    const hash = createHash("sha256");
    for (const part of canonicalParts(landscape)) {
      hash.update(part);
    }
    digest = hash.digest("hex");
    digests.set(landscape, digest);
  }
  return digest;
}
