import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { optimisers } from "../../src/optimisers/index.js";
import { declarationOffers } from "../../src/server/completion/declarations.js";
import {
  distributionOffers,
  type Offer,
  verifyOffers,
  withoutPlaces,
} from "../../src/server/completion/offers.js";
import { diagJson } from "./diag.js";

const plain = (offers: readonly Offer[], word: string) =>
  withoutPlaces(offers.find(({ label }) => label === word)!.snippet!);

/** The verify that an editor inserts in an empty file, with its landscape, without a change but these. */
function inserted(distribution: string, optimiser: string): string {
  return plain(declarationOffers(), "verify")
    .replace(/~ .*/, `~ ${plain(distributionOffers, distribution)}`)
    .replace(/sgd\(.*\)/, plain(verifyOffers, optimiser));
}

const [firstDistribution] = distributionOffers;
const [firstOptimiser] = optimisers;

test.each([
  ...distributionOffers.map(({ label }) => [label, firstOptimiser!.name] as const),
  ...optimisers.slice(1).map(({ name }) => [firstDistribution!.label, name] as const),
])("the first verify of %s by %s agrees", async (distribution, optimiser) => {
  const text = inserted(distribution, optimiser);
  expect(text).toContain(`~ ${distribution}(`);
  expect(text).toContain(`${optimiser}(`);
  const folder = await mkdtemp(join(tmpdir(), "diag-first-"));
  try {
    await writeFile(join(folder, "a.diag"), text);
    type Run = Record<"verdict" | "reason", string>;
    const { json, status } = await diagJson<{ runs: Run[] }>(["verify", "a.diag"], folder);
    expect(json.runs.map(({ verdict, reason }) => (verdict === "agrees" ? verdict : reason))).toEqual([
      "agrees",
    ]);
    expect(status).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
