import { describe, expect, it as test } from "vitest";
import { contributionData } from "../../../src/plots/contribution-plot.js";
import type { PlottedRun } from "../../../src/plots/measured-data.js";

const longName = "a_name_of_sixty_characters_which_no_picture_has_any_room_for";
const run = (values: readonly number[]) =>
  ({
    terms: [
      {
        observable: "test_loss",
        eta: 0.1,
        terms: values.map((value, place) => ({
          ...{ name: `${longName}${place}`, edges: 1, automorphisms: 1, embeddings: 1 },
          diagram: `(0-1)(${place})`,
          value,
        })),
      },
    ],
  }) as unknown as PlottedRun;
const sentenceOf = (values: readonly number[], isAll = true) =>
  contributionData(run(values), "test_loss", 0.1, isAll)!.sentence;

describe("the sentence over contributions", () => {
  test("names the largest in full, by whatever room the picture has", () => {
    expect(sentenceOf([-0.5, 0.25])).toBe(
      `Both diagrams of test_loss at η = 0.1, the largest first: ${longName}0 adds −0.5.`,
    );
  });

  test("is of one diagram where there is one", () => {
    expect(sentenceOf([0.25])).toBe(`One diagram makes test_loss at η = 0.1: ${longName}0 adds +0.25.`);
  });

  test("says how many of how many are shown", () => {
    const values = Array.from({ length: 1200 }, (_, place) => 1 / (1 + place));
    expect(sentenceOf(values, false)).toMatch(/^30 of 1,200 diagrams of test_loss/);
    expect(sentenceOf(values)).toMatch(/^All 1,200 diagrams of test_loss/);
  });

  test.each([
    [[], "No diagram adds to test_loss at η = 0.1."],
    [[0], "No diagram adds to test_loss at η = 0.1. 1 diagram adds no more than rounding, and is left out."],
    [
      [0, 0],
      "No diagram adds to test_loss at η = 0.1. 2 diagrams add no more than rounding, and are left out.",
    ],
    [
      [0.5, 1e-15],
      `One diagram makes test_loss at η = 0.1: ${longName}0 adds +0.5. 1 more diagram adds no more than rounding, and is left out.`,
    ],
    [
      [0.5, 0.25, 1e-15],
      `2 of 3 diagrams of test_loss at η = 0.1, the largest first: ${longName}0 adds +0.5. 1 more diagram adds no more than rounding, and is left out.`,
    ],
  ])("counts what rounding leaves: of %j", (values, sentence) => {
    expect(sentenceOf(values)).toBe(sentence);
    expect(sentenceOf(values, false)).toBe(sentence);
  });

  test("keeps small terms of higher orders, which are no rounding", () => {
    const record = run([0.5, 1e-3, 1e-13]);
    const [point] = record.terms;
    point!.terms.forEach((term, place) => {
      Object.assign(term, { edges: place + 1 });
    });
    expect(contributionData(record, "test_loss", 0.1, false)!.shown.length).toBe(3);
    expect(contributionData(run([0.5, 1e-3, 1e-13]), "test_loss", 0.1, true)!.shown.length).toBe(2);
  });
});
