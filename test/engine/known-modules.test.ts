import { expect, test } from "vitest";
import { moduleOfRequest } from "../../src/engines/wasm/loops/known-modules.js";
import type { LargeRequest } from "../../src/simulate/request.js";
import { planTensors } from "../../src/simulate/tensors/index.js";
import { nets } from "../unit/tensors/networks.js";
import { requests } from "./large-requests.js";
import { sgd } from "./simulate-landscapes.js";

const [[, make]] = nets;

const moduleOf = (request: LargeRequest) => moduleOfRequest(request, 0, planTensors(request));

/** On a landscape that nobody else has. */
const ownRequest = (): LargeRequest => requests(make(), sgd(4, 1, 1, "same"))[1];

test("programs of a request are built once for all of its trials, and anew where anything else is another", async () => {
  const request = ownRequest();
  const first = await moduleOf(request);
  expect(first).toBeDefined();
  expect(await moduleOf({ ...request, trials: 7, firstTrial: 3, seed: 9 })).toBe(first);
  const changes = [
    { eta: 2 * request.eta },
    { numbers: [...request.numbers] },
    { spacetime: sgd(4, 1, 2, "same") },
    { landscape: ownRequest().landscape },
  ];
  for (const change of changes) {
    expect(await moduleOf({ ...request, ...change }), Object.keys(change)[0]).not.toBe(first);
  }
  const other = await moduleOfRequest(request, 1, planTensors(request));
  expect(other).not.toBe(first);
  expect(await moduleOf(request)).not.toBe(other);
});

test("few requests of a landscape are known at a time", async () => {
  const request = ownRequest();
  const first = await moduleOf(request);
  for (let k = 1; k < 4; k++) {
    await moduleOf({ ...request, eta: request.eta / 2 ** k });
  }
  expect(await moduleOf(request)).toBe(first);
  for (let k = 1; k < 5; k++) {
    await moduleOf({ ...request, eta: request.eta / 2 ** k });
  }
  expect(await moduleOf(request)).not.toBe(first);
});
