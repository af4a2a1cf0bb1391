import { createHash } from "node:crypto";
import { digestedNumbers } from "../landscape/index.js";

const numbers = digestedNumbers((parts) => {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest("base64");
});

/** A text of what landscapes are part of, the same for the same and for nothing else; it is not to be read back. */
export function landscapeText(value: unknown): string {
  return JSON.stringify(value, numbers);
}
