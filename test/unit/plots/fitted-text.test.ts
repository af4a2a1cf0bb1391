import { describe, expect, test } from "vitest";
import { fittedText } from "../../../src/plots/look.js";

/** As wide as in a typewriter's letters of 1 px. */
const look = { textWidth: (text: string): number => [...text].length };
const name = "a_name_of_sixty_characters_that_goes_on_and_on_until_it_ends";

describe("a text that has to fit", () => {
  test("stays whole where it does", () => {
    expect(fittedText(`${name} − order 0 (0.5)`, 80, look)).toBe(`${name} − order 0 (0.5)`);
  });

  test.each([
    ["− order 0 (0.5)", 30, "a_name_of_six… − order 0 (0.5)"],
    ["(logarithmic)", 24, "a_name_of… (logarithmic)"],
  ])("loses some of a name before what is said of it: %s", (said, most, fitted) => {
    expect(fittedText(`${name} ${said}`, most, look)).toBe(fitted);
  });

  test("is never wider than its room, whatever that is", () => {
    for (const text of [name, `${name} − order 0 (0.5)`, "learning rate η (logarithmic)", "€ 😀😀😀😀 ₀"]) {
      for (let most = 1; most < 90; most++) {
        expect(look.textWidth(fittedText(text, most, look)), `${text} ${most}`).toBeLessThanOrEqual(most);
      }
    }
  });
});
