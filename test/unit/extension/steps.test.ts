import { expect, test } from "vitest";
import {
  askInSteps,
  back,
  type Step,
  type StepAnswer,
  type StepPlace,
} from "../../../src/extension/commands/steps.js";

interface State {
  readonly what?: string;
  readonly where?: string;
  readonly when?: string;
}

/** Asks with prepared answers, and writes down what was asked. */
function prepared(answers: readonly (StepAnswer<State> | ((state: State) => State))[]) {
  const asked: (StepPlace & { readonly name: string })[] = [];
  const step = (name: keyof State): Step<State> => ({
    isOpen: (state) => state[name] === undefined,
    async ask(state, place) {
      const answer = answers[asked.length];
      asked.push({ name, ...place });
      return typeof answer === "function"
        ? answer(state)
        : answer === undefined || answer === back
          ? answer
          : { ...state, ...answer };
    },
  });
  return { asked, steps: [step("what"), step("where"), step("when")] };
}

test("what is known is not asked", async () => {
  const { asked, steps } = prepared([{ where: "here" }]);
  expect(await askInSteps(steps, { what: "this", when: "now" })).toEqual({
    what: "this",
    where: "here",
    when: "now",
  });
  expect(asked).toEqual([{ name: "where", step: 1, totalSteps: 1, canGoBack: false }]);
});

test("steps are counted, and each can be taken back but the first", async () => {
  const { asked, steps } = prepared([
    { what: "a" },
    { where: "b" },
    back,
    back,
    { what: "c" },
    { where: "d" },
    { when: "e" },
  ]);
  expect(await askInSteps(steps, {})).toEqual({ what: "c", where: "d", when: "e" });
  expect(asked.map(({ name, step, canGoBack }) => `${name} ${step} ${canGoBack}`)).toEqual([
    "what 1 false",
    "where 2 true",
    "when 3 true",
    "where 2 true",
    "what 1 false",
    "where 2 true",
    "when 3 true",
  ]);
  expect(new Set(asked.map(({ totalSteps }) => totalSteps))).toEqual(new Set([3]));
});

test("an answer may say more than was asked, or open an earlier question", async () => {
  const { asked, steps } = prepared([
    { what: "a", where: "taken" },
    ({ where: _, ...rest }) => rest,
    { where: "chosen" },
    { when: "now" },
  ]);
  expect(await askInSteps(steps, {})).toEqual({ what: "a", where: "chosen", when: "now" });
  expect(asked.map(({ name }) => name)).toEqual(["what", "when", "where", "when"]);
});

test("who changes their mind is not asked further", async () => {
  const { asked, steps } = prepared([{ what: "a" }, undefined]);
  expect(await askInSteps(steps, {})).toBeUndefined();
  expect(asked).toHaveLength(2);
});
