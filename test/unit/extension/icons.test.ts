import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);

/** WCAG's luminance of a colour `#rrggbb`. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

describe("icons of files", () => {
  // A theme of high contrast has those for dark ones, be it as light as paper.
  test.each([
    ["light", ["#ffffff", "#f8f8f8"]],
    ["dark", ["#000000", "#1f1f1f", "#ffffff"]],
  ] as const)("for %s themes are seen on every ground that they come upon", async (kind, grounds) => {
    const { contributes } = JSON.parse(await readFile(new URL("package.json", root), "utf8"));
    const [{ icon }] = contributes.languages as [{ icon: Record<string, string> }];
    const svg = await readFile(new URL(icon[kind]!, root), "utf8");
    const colours = [...svg.matchAll(/(?:stroke|fill)="(#[\da-f]{6})"/g)].map(([, colour]) => colour!);
    expect(colours.length).toBeGreaterThan(2);
    for (const colour of colours) {
      for (const ground of grounds) {
        expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
});
