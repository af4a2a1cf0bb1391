import { expect, test } from "vitest";
import { valuesBetween } from "../../../src/cli/plotting/block.js";
import { filesOf, Plans } from "../../../src/cli/plotting/choice.js";
import { textWidth } from "../../../src/cli/plotting/text-width.js";
import { analyzeText } from "../../../src/language/index.js";
import { fittedText, type PlotLook } from "../../../src/plots/look.js";

test("values of a curve lie between the given ones, which are among them", () => {
  const positive = valuesBetween([0.1, 10, 1]);
  expect([positive[0], positive.at(-1), positive.includes(1)]).toEqual([0.1, 10, true]);
  expect(positive.length).toBeGreaterThan(15);
  expect(positive).toEqual(positive.toSorted((one, other) => one - other));
  // Evenly apart by ratios: as many below 1 as above.
  expect(Math.abs(positive.filter((value) => value < 1).length * 2 - positive.length)).toBeLessThan(4);
  const any = valuesBetween([-1, 0.5, 3]);
  expect([any[0], any.at(-1), any.includes(0.5)]).toEqual([-1, 3, true]);
  expect(valuesBetween([2])).toEqual([2]);
  expect(valuesBetween([0])).toEqual([0]);
});

test("files of plots have names apart, also where letters of both cases are one", async () => {
  const file =
    await analyzeText(`landscape l { weights h = 0, H = 0  data x ~ normal(0, 1)  loss (h + H - x)^2 }
verify v { landscape l  sgd(N = 2, E = 1, B = 1)  eta = 0.1  observe displacement  trials = 10 }`);
  const planned = new Plans().of(file.verifies.get("v")!, { plots: ["measured"] });
  expect(planned.map(({ file: name }) => name)).toEqual([
    "v-displacement-h-measured",
    "v-displacement-H-measured-2",
  ]);
  expect(planned.flatMap((one) => filesOf(one, "csv"))).toEqual([
    ...["v-displacement-h-measured.csv", "v-displacement-h-curves.csv"],
    ...["v-displacement-H-measured-2.csv", "v-displacement-H-curves-2.csv"],
  ]);
  expect(planned.flatMap((one) => filesOf(one, "svg"))).toHaveLength(2);
});

test("texts are as wide as their letters, and cut where they have no room", () => {
  // DejaVu Sans: i is 278 thousandths wide, m 974, a letter of Greek about as much as n, 634.
  expect(textWidth("im", 10)).toBeCloseTo(12.52, 10);
  expect(textWidth("η", 100)).toBeCloseTo(63.6, 10);
  const look = { textWidth: (text: string) => [...text].length } as PlotLook;
  expect(fittedText("displacement", 12, look)).toBe("displacement");
  expect(fittedText("displacement", 6, look)).toBe("displ…");
  expect(fittedText("displacement", 0, look)).toBe("…");
});
