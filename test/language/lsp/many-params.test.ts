import { expect, test } from "vitest";
import { hoverAt } from "./reading-editor.js";

test("a param has its value in a hover, however many params it is made of", async () => {
  const doubled = Array.from(
    { length: 40 },
    (_, index) => `param k${index + 1} = k${index} + k${index}`,
  ).join(" ");
  const hover = await hoverAt(`landscape l { weights w = 0 param k0 = 1 ${doubled} loss ¦k40 * w }`);
  expect(hover).toContain("which is 1.09951e12");
  const chain = Array.from({ length: 3000 }, (_, index) => `param k${index + 1} = k${index} + 1`).join(" ");
  expect(await hoverAt(`landscape l { weights w = 0 param k0 = 1 ${chain} loss ¦k3000 * w }`)).toContain(
    "which is 3001",
  );
});
