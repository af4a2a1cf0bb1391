import { describe, expect, test } from "vitest";
import {
  choiceFor,
  firstChoice,
  knownChoices,
  landscapesInSight,
  observablesOn,
  withChoice,
} from "../../../src/extension/commands/choices.js";
import type { Description } from "../../../src/runner/index.js";

const diagram = (name: string) => ({ name, own: true, diagram: "(0-1)(01)", edges: 1 });
const bowl = { name: "bowl", own: true, weights: ["t"] };
const gauss = { name: "gauss", own: false, weights: ["h", "k"] };
const once = {
  name: "once",
  own: true,
  landscape: "bowl",
  spacetime: "sgd(N = 1, E = 1, B = 1)",
  etas: [0.1],
  observables: ["test_loss"],
  predict: "order 2",
  sum: "exact",
} as const;
const file = (more: Partial<Description>): Description => ({
  diagrams: [diagram("pair"), diagram("line")],
  landscapes: [bowl],
  verifies: [],
  ...more,
});

describe("what a file says", () => {
  test("is all there is to know of a diagram beside its one verify block", () => {
    expect(knownChoices(file({ verifies: [once] }), "pair")).toEqual({
      names: ["pair"],
      place: "verify",
      verify: "once",
      landscape: { name: "bowl" },
      spacetime: once.spacetime,
      etas: [0.1],
      observables: ["test_loss"],
      sum: "exact",
    });
  });

  test("leaves the choice where nothing is named, or there are several", () => {
    expect(knownChoices(file({ verifies: [once] }), undefined)).toEqual({});
    expect(knownChoices(file({ verifies: [once, { ...once, name: "twice" }] }), "pair")).toEqual({});
    expect(
      knownChoices(file({ verifies: [{ ...once, own: false }], landscapes: [bowl, gauss] }), "pair"),
    ).toEqual({
      place: "own",
    });
  });

  test("is the only diagram, and the only landscape", () => {
    expect(knownChoices(file({ diagrams: [diagram("pair")] }), undefined)).toEqual({
      names: ["pair"],
      place: "own",
      landscape: { name: "bowl" },
      weights: ["t"],
    });
    expect(knownChoices(file({ landscapes: [] }), undefined)).toEqual({ place: "own" });
  });
});

test("landscapes are offered from the nearest to the farthest, behind the last choice of another file", () => {
  const other = { name: "bowl", uri: "file:///w/other.diag" };
  expect(landscapesInSight([gauss, bowl], { name: "gauss" }).map(({ name }) => name)).toEqual([
    "bowl",
    "gauss",
  ]);
  expect(landscapesInSight([gauss, bowl], other)).toEqual([other, { name: "bowl" }, { name: "gauss" }]);
});

test("a landscape of several weights has a displacement as a whole", () => {
  expect(observablesOn(["t"])).toEqual(["test_loss", "train_loss", "gen_gap", "displacement(t)"]);
  expect(observablesOn(["u", "v"])).toContain("displacement");
});

describe("the memory of choices", () => {
  const choice = {
    ...firstChoice,
    names: ["pair"],
    landscape: { name: "bowl", uri: "file:///w/b.diag" },
    trials: 5,
  };

  test("is for each file its own, and forgets files that were not used for long", () => {
    let memory: unknown;
    for (let index = 0; index < 150; index++) {
      memory = withChoice(memory, `file:///${index}`, choice);
    }
    memory = withChoice(memory, "file:///50", { ...choice, names: ["line"] });
    expect(choiceFor(memory, "file:///149")).toEqual(choice);
    expect(choiceFor(memory, "file:///50").names).toEqual(["line"]);
    expect(choiceFor(memory, "file:///49")).toEqual(firstChoice);
    expect(Object.keys(memory as object)).toHaveLength(100);
  });

  test.each([
    undefined,
    null,
    3,
    { "file:///a": { names: "pair" } },
    { "file:///a": { ...choice, etas: ["x"] } },
  ])("counts for nothing when it is %j", (memory) =>
    expect(choiceFor(memory, "file:///a")).toEqual(firstChoice),
  );
});
