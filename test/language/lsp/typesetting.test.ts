import { beforeAll, describe, expect, it as test } from "vitest";
import { enumerateDiagrams, formatShortForm } from "../../../src/diagram/index.js";
import { formulaOf } from "../../../src/evaluate/index.js";
import { abbreviateSum, splitTop } from "../../../src/server/formulas/abbreviate.js";
import { breakablePieces, breakLines } from "../../../src/server/formulas/lines.js";
import { themeKinds, widestPicture } from "../../../src/server/formulas/picture.js";
import { meaningOfPart } from "../../../src/server/formulas/tensors.js";
import { longestFormula, Typesetter } from "../../../src/server/formulas/typesetter.js";
import { latexToText } from "../../../src/server/formulas/unicode.js";
import { atLength, oneOf } from "../../times.js";
import { readSvg } from "./reading-editor.js";

const typesetter = new Typesetter();

beforeAll(() => typesetter.warm());

/** The signs of a typeset formula: glyphs, and the bars of fractions. */
async function signsOf(latex: string): Promise<{ glyphs: number; bars: number }> {
  const picture = await typesetter.picture(latex, "dark");
  const { tags } = readSvg(picture!.svg);
  return {
    glyphs: tags.filter((tag) => tag === "use").length,
    bars: tags.filter((tag) => tag === "rect").length,
  };
}

describe("pictures of formulas", () => {
  test.each([
    ["C_{\\mu\\nu}", 3, 0],
    ["\\frac{\\eta^{3}}{3!}", 4, 1],
    ["(K^{\\Delta t-1}\\eta)^{\\mu\\nu}", 10, 0],
    ["G = \\begin{pmatrix}1 & 2 \\\\ 3 & 4\\end{pmatrix}", 8, 0],
    ["\\operatorname{Cov}(a,\\, b)", 8, 0],
  ])("%s has its signs", async (latex, glyphs, bars) => {
    expect(await signsOf(latex)).toEqual({ glyphs, bars });
  });

  test.each(themeKinds)("are in the ink of a %s theme, far from its ground", async (theme) => {
    const picture = await typesetter.picture("\\frac{\\eta}{2}", theme);
    const inks = new Set([...picture!.svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map((match) => match[1]));
    expect(picture!.svg).not.toContain("currentColor");
    expect(inks.size).toBe(1);
    const ground = theme.endsWith("dark") ? "#1f1f1f" : "#ffffff";
    expect(contrast([...inks][0]!, ground)).toBeGreaterThan(7);
  });

  test("say how large they are, in pixels", async () => {
    const picture = await typesetter.picture("x", "light");
    const { root } = readSvg(picture!.svg);
    expect(root.get("width")).toBe(String(picture!.width));
    expect(root.get("height")).toBe(String(picture!.height));
    // An x is as high as the editor's own, and there is room around it.
    expect(picture!.height).toBeGreaterThan(9);
    expect(picture!.height).toBeLessThan(20);
  });

  test("are the same for the same formula, whatever was typeset before", async () => {
    const first = await typesetter.picture("a+b", "light");
    const other = new Typesetter();
    await other.picture("c", "light");
    expect(await other.picture("a+b", "light")).toEqual(first);
  });

  test("are not made of what is no LaTeX, or too long to read", async () => {
    expect(await typesetter.picture("\\frac{1}", "light")).toBeUndefined();
    expect(await typesetter.picture("\\nosuchcommand x", "light")).toBeUndefined();
    expect(await typesetter.picture("x".repeat(longestFormula + 1), "light")).toBeUndefined();
  });

  test("are broken into lines where they are wide", async () => {
    const terms = Array.from({ length: 30 }, (_, i) => `a_{${i}}`);
    const picture = await typesetter.picture(`y=${terms.join("+")}`, "light");
    expect(picture!.width).toBeLessThanOrEqual(widestPicture);
    expect(picture!.height).toBeGreaterThan(40);
    expect(readSvg(picture!.svg).tags.filter((tag) => tag === "use").length).toBeGreaterThan(30);
  });
});

describe("formulas of all diagrams of up to four edges", () => {
  const diagrams = [0, 1, 2, 3, 4].flatMap((edges) => [
    ...enumerateDiagrams(edges, { rootInPart: edges < 4 }),
  ]);

  test("are typeset without an error", async () => {
    const failed: string[] = [];
    for (const { diagram } of atLength ? diagrams : oneOf(3, diagrams)) {
      const { rvalue, uvalue, sum, limit } = formulaOf(diagram);
      for (const latex of [
        rvalue,
        abbreviateSum(sum).latex,
        abbreviateSum(limit).latex,
        ...(diagram.parents.length < 5 ? [uvalue] : []),
      ]) {
        const picture = await typesetter.picture(latex, "light");
        if (!picture || readSvg(picture.svg).tags.includes("text")) {
          failed.push(`${formatShortForm(diagram)}: ${latex}`);
        }
      }
    }
    expect(failed).toEqual([]);
    expect(diagrams.length).toBeGreaterThan(123);
  });

  test("split into their factors and back", () => {
    for (const { diagram } of diagrams) {
      const { rvalue } = formulaOf(diagram);
      const factors = splitTop(rvalue, "\\,");
      expect(factors).toHaveLength(diagram.parents.length - 1 + new Set(diagram.parts).size);
      expect(factors.join("\\,")).toBe(rvalue);
      expect(breakablePieces(rvalue, "factors").join("")).toBe(rvalue);
    }
  });
});

describe("tensors of parts", () => {
  const parts = [
    [0],
    [1],
    [2],
    [3],
    [4],
    [5],
    [1, 1],
    [1, 2],
    [2, 2],
    [0, 1],
    [1, 1, 1],
    [1, 1, 2],
    [1, 1, 1, 1],
    [7, 2],
  ];
  test.each(parts.map((degrees) => [degrees]))("of degrees %j are typeset", async (degrees) => {
    const { definition, words } = meaningOfPart(degrees);
    expect(await typesetter.picture(definition, "light")).toBeDefined();
    expect(words).not.toBe("");
  });

  test("are those of the table in docs/theory.md", () => {
    expect(meaningOfPart([2]).definition).toBe(
      "H_{\\mu\\nu} = \\mathbb{E}\\left[\\nabla_{\\mu}\\nabla_{\\nu} l_x\\right]",
    );
    expect(meaningOfPart([1, 1]).definition).toBe(
      "C_{\\mu\\nu} = \\mathbb{E}\\left[(\\nabla_{\\mu} l_x - G_{\\mu})(\\nabla_{\\nu} l_x - G_{\\nu})\\right]",
    );
    expect(meaningOfPart([1, 1, 1]).name).toBe("S");
    expect(meaningOfPart([1, 2]).words).toContain("half the gradient of `C`");
    expect(meaningOfPart([1, 1, 1, 1]).words).toContain("not the central moment");
  });
});

describe("lines", () => {
  test("keep everything, and tear nothing apart", () => {
    const latex = "-a\\,\\left(b+c\\right)\\,d+\\frac{e+f}{g}=h+i";
    const broken = breakLines(latex, 15);
    expect(broken.replace(/\\(?:begin|end)\{aligned\}|\\\\&\\qquad |&/g, "").replace("{-}", "-")).toBe(latex);
    expect(broken.split("\\\\&").length).toBeGreaterThan(2);
    expect(broken).toContain("\\left(b+c\\right)");
    expect(broken).toContain("\\frac{e+f}{g}");
  });
});

describe("lines of any width", () => {
  const diagrams = [1, 2, 3, 4].flatMap((edges) => [...enumerateDiagrams(edges, { rootInPart: false })]);
  const formulas = (atLength ? diagrams : oneOf(8, diagrams)).flatMap(({ diagram }) => {
    const { rvalue, sum, limit } = formulaOf(diagram);
    return [rvalue, abbreviateSum(sum).latex, abbreviateSum(limit).latex];
  });
  /** Parentheses that stretch, of which each ends on the line that it begins on. */
  const pairs = (line: string): number =>
    (line.match(/\\left[([]/g)?.length ?? 0) - (line.match(/\\right[)\]]/g)?.length ?? 0);
  const joined = (broken: string): string =>
    broken
      .replace(/\\(?:begin|end)\{aligned\}|\\\\&\\qquad |^&|(?<=\{aligned\})&/g, "")
      .replace(/^&?\{([-+])\}/, "$1")
      .replace(/\\[bB]igl/g, "\\left")
      .replace(/\\[bB]igr/g, "\\right");
  /** Without what tells of parentheses whether they stretch. */
  const flat = (latex: string): string => latex.replace(/\\(?:left|right)/g, "");

  test.each([20, 40, 75, 150])("keep everything of a formula, at %i x-heights", (widest) => {
    for (const latex of formulas) {
      const broken = breakLines(latex, widest);
      expect(flat(joined(broken))).toBe(flat(latex));
      for (const line of broken.split("\\\\&")) {
        expect(pairs(line), line).toBe(0);
      }
    }
  });

  test.each([360, 640, 1360])("fit into a room of %i px, at a size that can be read", async (room) => {
    const longest = [...formulas].sort((a, b) => b.length - a.length);
    for (const latex of atLength ? formulas : longest.slice(0, 6)) {
      const picture = (await typesetter.picture(latex, "light", room))!;
      expect(picture.width, latex).toBeLessThanOrEqual(room + 1);
      // No picture is as small as a long line that was made to fit: a sign is as high as in a formula of one sign.
      const { root } = readSvg(picture.svg);
      const across = Number(root.get("viewBox")!.split(" ")[2]);
      const one = readSvg((await typesetter.picture("x", "light", room))!.svg).root;
      const scale =
        picture.width / across / (Number(one.get("width")) / Number(one.get("viewBox")!.split(" ")[2]));
      expect(scale, latex).toBeGreaterThan(0.75);
    }
  });

  test("are longer where there is more room", async () => {
    const [latex] = formulas.filter((one) => one.length > 300);
    const heights = await Promise.all(
      [360, 640, 1360].map(async (room) => (await typesetter.picture(latex!, "light", room))!.height),
    );
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    expect(new Set(heights).size).toBe(3);
  });

  test("are none where nothing can be broken", async () => {
    const matrix = `\\begin{pmatrix}${Array.from({ length: 20 }, (_, i) => `a_{${i}}`).join(" & ")}\\end{pmatrix}`;
    expect(breakLines(matrix, 20)).toBe(matrix);
    expect((await typesetter.picture(matrix, "light", 360))!.width).toBeGreaterThan(360);
  });
});

describe("formulas that fit a line", () => {
  test("stay on it, matrices counted by their widest row", () => {
    const matrix = "\\begin{pmatrix}10 & 20 \\\\ 30 & 40 \\\\ 50 & 60\\end{pmatrix}";
    const latex = `G = ${matrix},\\quad H = ${matrix}`;
    expect(breakLines(latex, 60)).toBe(latex);
    expect(breakLines(latex, 20)).toContain(`\\begin{aligned}&G = ${matrix},\\quad\\\\&\\qquad  H`);
  });
});

describe("sums of many orders", () => {
  test("are cut to the first, and the others are counted", () => {
    const orders = Array.from({ length: 40 }, (_, i) => `k_{${i}}\\,\\left[1,a,b+c\\right]x^{T}`);
    const { latex, note } = abbreviateSum(`-\\eta\\,G\\,\\left(${orders.join("+")}\\right)`);
    expect(latex).toBe(`-\\eta\\,G\\,\\left(${orders[0]}+\\cdots\\right)`);
    expect(note).toContain("39 more");
  });

  test("stay when they are short", () => {
    const latex = "-\\eta\\,G\\,\\left(a+b\\right)";
    expect(abbreviateSum(latex)).toEqual({ latex });
  });
});

describe("formulas as text", () => {
  test.each([
    ["C_{\\mu\\nu}\\,G_{\\pi}", "C_{μν} G_π"],
    ["x^{2} - 1", "x² − 1"],
    ["\\frac{h + x^{2} \\, e^{-h}}{2}", "(h + x² e^{−h})/2"],
    ["\\sqrt[3]{x}", "³√x"],
    ["x \\sim \\mathcal{N}\\left(0,\\, 1\\right)", "x ∼ N(0, 1)"],
    ["\\frac{1-k_{\\mu}^{T}}{1-k_{\\mu}}", "(1−k_μᵀ)/(1−k_μ)"],
    ["\\mathbb{E}\\left[\\nabla_{\\mu} l_x\\right]", "E[∇_μ lₓ]"],
  ])("%s reads %s", (latex, text) => {
    expect(latexToText(latex)).toBe(text);
  });
});

/** The ratio of the luminances of two colours, as WCAG defines it. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const full = colour.length === 4 ? colour.replace(/[\da-f]/g, "$&$&") : colour;
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(full.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
