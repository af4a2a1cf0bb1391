import { expect, test } from "vitest";
import { enumerateDiagrams, formatShortForm } from "../../src/diagram/index.js";
import { Evaluator } from "../../src/evaluate/index.js";
import { whyItAddsNothing } from "../../src/language/index.js";
import type { SpaceTime } from "../../src/optimisers/index.js";
import { landscapeOf, normal } from "../unit/landscape/read.js";

const sgd = (N: number, E: number, shuffle = "same") =>
  ({ optimiser: "sgd", parameters: { N, E, B: 1, shuffle } }) as const;
const gd = (N: number, T: number) => ({ optimiser: "gd", parameters: { N, T } }) as const;
const gdc = (N: number, T: number) => ({ optimiser: "gdc", parameters: { N, T } }) as const;
const sde = (T: number, refine: number) => ({ optimiser: "sde", parameters: { T, refine } }) as const;
const ode = { optimiser: "ode", parameters: { T: 2 } } as const;

const spaceTimes: readonly (readonly [SpaceTime, number])[] = [
  [sgd(1, 1), 3],
  [sgd(3, 1), 3],
  [sgd(2, 2), 3],
  [sgd(2, 2, "epoch"), 3],
  [gd(2, 1), 3],
  [gd(1, 2), 3],
  [gdc(1, 1), 3],
  [gdc(2, 1), 2],
  [gdc(3, 2), 2],
  [sde(1, 1), 3],
  [sde(2, 2), 3],
  [ode, 3],
  [{ first: sgd(3, 1), minus: gdc(2, 1) }, 2],
  [{ first: gdc(2, 1), minus: sgd(3, 1) }, 2],
  [{ first: gd(2, 1), minus: sde(2, 2) }, 3],
  [{ first: ode, minus: sgd(3, 1) }, 3],
];

const evaluator = new Evaluator(landscapeOf("(w - x)^2 / 2", { w: 0.5 }, [normal("x", 0, 1)]), { order: 3 });

test.each(spaceTimes)(
  "what is said to have no embedding in %j is what evaluation finds none of",
  (spacetime, last) => {
    for (let edges = 1; edges <= last; edges++) {
      for (const { diagram } of enumerateDiagrams(edges, { rootInPart: false, pathCondition: false })) {
        const name = formatShortForm(diagram);
        const selection = { kind: "diagrams", diagrams: [{ name, diagram }] } as const;
        const observable = { name: "test_loss", weights: [] } as const;
        const request = { spacetime, eta: 0.1, observable, selection, sum: "exact" } as const;
        const [, term] = evaluator.terms(request);
        const isThere = term!.embeddings !== 0 || (term!.minusEmbeddings ?? 0) !== 0;
        expect([name, whyItAddsNothing(name, diagram, spacetime, "exact") === undefined]).toEqual([
          name,
          isThere,
        ]);
      }
    }
  },
);
