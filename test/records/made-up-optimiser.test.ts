/**
 * An optimiser that is added by its record alone: whatever checks, offers, explains, predicts, simulates and shows optimisers
 * has it. Of the rest of the product only the list of records is another here, and the grammar that is made of it.
 */
import type { GrammarAST } from "langium";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readSpaceTime as readOption } from "../../src/cli/readings.js";
import type { Engine, EngineName } from "../../src/engines/index.js";
import { Evaluator } from "../../src/evaluate/index.js";
import { type Descent, formatSpaceTime, sidesOf } from "../../src/optimisers/index.js";
import type { RunRecord } from "../../src/runs/index.js";
import { spaceTimeHover } from "../../src/server/hover/verify-hover.js";
import { keywordDocumentation } from "../../src/server/keyword-docs.js";
import { Editor } from "../language/lsp/editor.js";
import { analyze } from "../language/workspace.js";
import { landscapeText, seriesOf, valuesAt } from "./halved-enumeration.js";
import { expectDrawn, expectSameTrials, openTwoEngines, verifiedOn } from "./verified.js";

vi.mock("../../src/optimisers/list.js", async (original) => {
  const { optimisers } = await original<typeof import("../../src/optimisers/list.js")>();
  const { halvedDescent } = await import("./halved.js");
  return { optimisers: [...optimisers, halvedDescent] };
});

// What `npm run generate` would make of the longer list.
vi.mock("../../src/language/generated/grammar.js", async (original) => {
  const { DiagGrammar } = await original<typeof import("../../src/language/generated/grammar.js")>();
  const grammar = DiagGrammar();
  const names = grammar.rules.find(({ name }) => name === "OptimiserName") as GrammarAST.ParserRule;
  const { elements } = names.definition as GrammarAST.Alternatives;
  const first = elements[0] as GrammarAST.Keyword;
  const word: GrammarAST.Keyword = { ...first, value: "halved", $containerIndex: elements.length };
  elements.push(word);
  return { DiagGrammar: () => grammar };
});

const verify = (statements: string) =>
  `${landscapeText}\nverify added {\n  landscape two_points\n  ${statements}\n}`;
const others =
  "eta = 0.05, 0.1\n  observe test_loss, train_loss, displacement\n  predict order 3\n  trials = 6000";

async function specified(spacetime: string) {
  const file = await analyze(verify(`${spacetime}\n  ${others}`));
  expect(file.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return file.verifies.get("added")!;
}

describe("an optimiser that is added by its record", () => {
  test("is read in a file, by name and by place, with its default", async () => {
    const { spacetime } = await specified("halved(4, E = 2)");
    expect(spacetime).toEqual({ optimiser: "halved", parameters: { N: 4, E: 2, visits: "fresh" } });
    expect(formatSpaceTime(spacetime)).toBe("halved(N = 4, E = 2)");
    expect(
      sidesOf((await specified("halved(N = 4, E = 2, visits = fixed)")).spacetime)[0].parameters.visits,
    ).toBe("fixed");
  });

  test.each([
    ["halved(N = 5, E = 2)", "N = 5 is odd; halved descent takes points two at a time"],
    ["halved(N = 4)", "`halved` lacks E; write `halved(N = 10, E = 1)`"],
    ["halved(N = 4, E = 1, visits = fresch)", "`visits` is `fresh` or `fixed`; did you mean `fresh`?"],
    ["halved(N = 4, E = 1, vists = fixed)", "`halved` has no `vists`; did you mean `visits`?"],
  ])("refuses %s", async (spacetime, message) => {
    const { diagnostics } = await analyze(verify(`${spacetime}\n  ${others}`));
    expect(diagnostics.map((one) => one.message)).toEqual([message]);
    expect(diagnostics[0]!.code).toBe("bad-space-time");
  });

  test("is read from the command's option", () => {
    const value: Descent = { optimiser: "halved", parameters: { N: 4, E: 2, visits: "fixed" } };
    const option = (text: string) => readOption((name) => (name === "halved" ? text : undefined));
    expect(option("N=4,E=2,visits=fixed")).toEqual(value);
    expect(() => option("N=4")).toThrow("--halved lacks E; write --halved N=10,E=1[,visits=fixed]");
    expect(() => readOption(() => undefined)).toThrow(/ or --halved N=10,E=1$/);
  });

  test("is offered, with its parameters and their options", async () => {
    const offered = async (marked: string) => {
      const text = verify(marked);
      const { main } = await Editor.of(text.replace("|", ""));
      const position = main.document.textDocument.positionAt(text.indexOf("|"));
      const asked = { ...main.identifier, position };
      const list = await main.editor.diag.lsp.CompletionProvider!.getCompletion(main.document, asked);
      return list!.items.map(({ label }) => label);
    };
    expect(await offered("|")).toEqual(expect.arrayContaining(["sgd", "gd", "halved"]));
    expect(await offered("halved(N = 4, |)")).toEqual(["E", "visits"]);
    expect(await offered("halved(4, 2, visits = |)")).toEqual(["fresh", "fixed"]);
    expect(await offered("halved(4, 2) |")).not.toContain("sgd");
  });

  test("is explained", async () => {
    expect(keywordDocumentation("halved")).toContain("halved(N = 10, E = 2, visits = fixed)");
    expect(keywordDocumentation("visits")).toContain("In which order");
    const { spacetime } = await specified("halved(N = 4, E = 2)");
    const said = JSON.stringify(spaceTimeHover(spacetime));
    expect(said).toContain("*Halved descent*: a grid of N = 4 training points by T = 4 updates");
    expect(said).toContain("goes 0.5 of the way");
    expect(said).toContain("In all 8 of 16 cells are shaded.");
  });

  describe.each(["fresh", "fixed"] as const)("with %s visits", (visits) => {
    const request = async (eta: number, kind: "series" | "order", order: number) => {
      const { spacetime, landscape, observables } = await specified(
        `halved(N = 4, E = 2, visits = ${visits})`,
      );
      const evaluator = new Evaluator(landscape, { order });
      return observables.map((observable) =>
        evaluator.evaluate({ spacetime, eta, observable, selection: { kind, order }, sum: "exact" }),
      );
    };

    test("has the Taylor series of all descents together", async () => {
      const { test: loss, train, moved } = seriesOf(4, 2, visits, 3);
      const found = (await request(0.1, "series", 3)).map(({ series }) => series.flat());
      for (const [index, expected] of [loss, train, moved].entries()) {
        expected.forEach((coefficient, d) => {
          expect(found[index]![d], `number ${index}, order ${d}`).toBeCloseTo(coefficient, 12);
        });
      }
    });

    test("has rvalues that miss the expectation by one order more", async () => {
      const misses = async (eta: number) => {
        const { test: loss, train, moved } = valuesAt(4, 2, visits, eta);
        const found = await request(eta, "order", 2);
        return [loss, train, moved].map(([value], index) => Math.abs(found[index]!.total[0]! - value!));
      };
      const [coarse, fine] = [await misses(0.08), await misses(0.04)];
      coarse.forEach((miss, index) => {
        expect(miss / fine[index]!).toBeGreaterThan(6);
        expect(miss / fine[index]!).toBeLessThan(10);
      });
    });
  });

  describe("simulated", () => {
    let open: ReadonlyMap<EngineName, Engine> = new Map();
    const records = new Map<EngineName, RunRecord>();

    beforeAll(async () => {
      open = await openTwoEngines();
      for (const name of open.keys()) {
        records.set(name, await verifiedOn(name, open, verify(`halved(N = 4, E = 2)\n  ${others}`)));
      }
    });

    afterAll(async () => {
      for (const engine of open.values()) {
        await engine.close();
      }
    });

    test.each(["cpu", "tfjs"] as const)(
      "on %s: the page's record has what all descents together do",
      (backend) => {
        const record = records.get(backend)!;
        expect(record).toMatchObject({ state: "done", spacetime: "halved(N = 4, E = 2)", backend });
        expect(record.points).toHaveLength(6);
        for (const { eta, observable, measured, standardError, roundingFloor, verdict } of record.points) {
          const { test: loss, train, moved } = valuesAt(4, 2, "fresh", eta);
          const [expected] = observable === "test_loss" ? loss : observable === "train_loss" ? train : moved;
          expect(Math.abs(measured! - expected!), `${observable} at ${eta}`).toBeLessThan(
            5 * standardError! + (roundingFloor ?? 0),
          );
          expect(verdict).not.toBe("disagrees");
        }
      },
    );

    test("the engines draw the same trials", () => {
      expectSameTrials(records.get("cpu")!, records.get("tfjs")!);
    });

    test("the results page draws it", () => {
      const record = records.get("cpu")!;
      for (const observable of record.observables) {
        expectDrawn(record, observable);
      }
    });
  });
});
