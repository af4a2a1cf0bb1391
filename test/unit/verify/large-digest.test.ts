import { expect, test } from "vitest";
import { landscapeDigest } from "../../../src/verify/index.js";
import { analyze } from "../../language/workspace.js";

/** The digest of what is read from a verify on a landscape that is too large to be written out. */
async function digestOf({ start = "1/100", loss = "sum(tanh(A @ b))", metric = "", name = "large" }) {
  const { verifies, diagnostics } = await analyze(
    `landscape ${name} { weights A[120, 120] = ${start}, b[120] = 1/10 let one = ${loss} let two = one + one loss two * two }
    verify v { landscape ${name} gd(N = 1, T = 2) eta = 1 observe test_loss predict series 1 ${metric} }`,
  );
  expect(diagnostics).toEqual([]);
  return landscapeDigest(verifies.get("v")!.landscape);
}

test("large landscapes have digests that tell all but their names apart", async () => {
  const digests = await Promise.all(
    [
      {},
      { start: "1/50" },
      { loss: "sum(sin(A @ b))" },
      { loss: "sum(tanh(b @ A))" },
      { metric: "metric b: 2" },
    ].map(digestOf),
  );
  expect(new Set(digests).size).toBe(5);
  expect(await digestOf({ name: "other" })).toBe(digests[0]);
});
