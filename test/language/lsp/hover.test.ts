import { describe, expect, it as test } from "vitest";
import { type EditorOptions, hoverAt, imagesOf, ReadingEditor, readSvg } from "./reading-editor.js";

/** An editor that runs our commands and shows images. */
const full: EditorOptions = { initializationOptions: { commandLinks: true, theme: "dark" } };

async function alternatives(marked: string): Promise<string[]> {
  return imagesOf((await hoverAt(marked, full)) ?? "").map(({ alt, svg }) => {
    expect(readSvg(svg).tags.filter((tag) => tag === "use").length).toBeGreaterThan(0);
    return alt;
  });
}

/** The paper's Example 1, as THEORY §4 gives it. */
const skewSum =
  "-\\frac{\\eta^{3}}{3!}\\,\\sum_{\\mu\\nu\\lambda}\\,S_{\\mu\\nu\\lambda}\\,J_{\\mu\\nu\\lambda}\\," +
  "\\frac{1-(k_{\\mu}k_{\\nu}k_{\\lambda})^{T}}{1-k_{\\mu}k_{\\nu}k_{\\lambda}}";

const gauss = "landscape gauss { weights h = 0 data x ~ normal(0, 1) loss (h + x^2 * exp(-h)) / 2 }\n";

describe("a diagram's hover", () => {
  const text = "/** Skewed noise. */\ndiagram ¦skew { a, b, c -> test part S = {a, b, c} }";

  test("has its values typeset, with the LaTeX as alternative text", async () => {
    const [rvalue, sum, limit, uvalue] = await alternatives(text);
    expect(rvalue).toMatch(
      /^S_\{\\mu\\nu\\lambda\}\\,.*\(K\^\{\\Delta t-1\}\\eta\)\^\{\\mu\\rho\}.*J_\{\\rho\\sigma\\pi\}$/,
    );
    expect(sum).toBe(skewSum);
    expect(limit).toBe(
      "-\\frac{\\eta^{3}}{3!}\\,\\sum_{\\mu\\nu\\lambda}\\,S_{\\mu\\nu\\lambda}\\,J_{\\mu\\nu\\lambda}\\,\\frac{1}{1-k_{\\mu}k_{\\nu}k_{\\lambda}}",
    );
    expect(uvalue).toBe(
      "S_{\\mu\\nu\\lambda}\\,\\eta^{\\mu\\rho}\\,\\eta^{\\nu\\sigma}\\,\\eta^{\\lambda\\pi}\\,J_{\\rho\\sigma\\pi}",
    );
  });

  test("says the rest in words", async () => {
    const hover = await hoverAt(text, full);
    expect(hover).toContain("**diagram** `skew` · 3 edges · |Aut| = 6");
    expect(hover).toContain("Skewed noise.");
    expect(hover).toContain("*Keeps the path condition*");
    expect(hover).toContain("*Irreducible*");
    expect(hover).toContain("Short form: `(012-3)(03-13-23)`");
  });

  test.each([
    "diagr¦am skew { a, b, c -> test part {a, b, c} }",
    "diagram skew¦ { a, b, c -> test part {a, b, c} }",
    "diagram skew { a, b, c -> test part {a, b, c} ¦}",
    "diagram skew = (01¦2-3)(03-13-23)",
    "diagram skew = (012-3)(03-¦13-23)",
    `${gauss}diagram skew = (012-3)(03-13-23)\nverify v { landscape gauss sgd(3, 1, 1) eta = 1 observe test_loss predict ske¦w }`,
  ])("is there at %s", async (marked) => {
    expect((await alternatives(marked))[1]).toBe(skewSum);
  });

  test("names links, and what they contract to", async () => {
    const hover = await hoverAt("diagram ¦d { a, b -> j -> m -> out part {a, b} }", full);
    expect(hover).toContain(
      "*Reducible*: `m` is a link; its rvalue is already inside that of its contraction `(01-2-3)(02-12-23)`",
    );
  });

  test.each([
    ["gd(N = 2, T = 2)", "(012-3)(03-13-23)", /read in `gd\(N, T\)`/, /adds 0|share a cell/],
    [
      "sde(T = 3)",
      "(012-3)(03-13-23)",
      /it adds 0: it has a part of 3 nodes, and sde has none of so many/,
      /read in/,
    ],
    [
      "gdc(N = 3, T = 3)",
      "(01-2)(01-12)",
      /read in `gd\(N, T\)`(?:.|\n)*In `gdc\(N = 3, T = 3\)` the sum has also embeddings in which `0` and `1` share a cell, each with the weight −1/,
      /adds 0/,
    ],
    ["gdc(N = 3, T = 3)", "(01-2)(02-12)", /read in `gd\(N, T\)`/, /share a cell/],
    [
      "sgd(N = 3, E = 1, B = 1) - gd(N = 3, T = 3)",
      "(01-2)(02-12)",
      /read in `sgd\(N = T, E = 1, B = 1\)`/,
      /adds 0/,
    ],
  ])("reads what is predicted in %s there: %s", async (spacetime, form, said, unsaid) => {
    const block = `verify v { landscape gauss ${spacetime} eta = 0.1 observe test_loss predict ¦d }`;
    const hover = await hoverAt(`${gauss}multi_epoch diagram d = ${form}\n${block}`, full);
    expect(hover).toMatch(said);
    expect(hover).not.toMatch(unsaid);
  });

  test("names what breaks the path condition", async () => {
    const hover = await hoverAt("multi_epoch diagram ¦echo { a, b -> j -> out part {a, j} }", full);
    expect(hover).toContain("*Breaks the path condition*: `a` and `j`");
    expect(hover).toContain("read in `gd(N, T)`");
  });

  test("is short for large diagrams", async () => {
    const six = await hoverAt("diagram ¦d = (0-1-2-3-4-5-6)(05-15-25-35-45-56)", full);
    expect(six!.length).toBeLessThan(100_000);
    expect(six).toMatch(/more terms of this kind/);
    const nine = await hoverAt(
      `diagram ¦d { ${Array.from({ length: 9 }, (_, i) => `a${i}`).join(", ")} -> out }`,
      full,
    );
    expect(nine).toContain("|Aut| = 362,880");
    expect(nine).toContain("`diag formula`");
    const many = await hoverAt(
      `diagram ¦d { ${Array.from({ length: 3000 }, (_, i) => `a${i}`).join(", ")} -> out }`,
      full,
    );
    expect(many).toContain("3,000 edges");
    expect(many!.length).toBeLessThan(2000);
  });

  test("does not let a doc comment run commands", async () => {
    const hover = await hoverAt("/** [x](command:diag.verify) */\ndiagram ¦d = (0-1)(01)", full);
    expect(hover!.replace(/command:diag\.copyText/g, "")).not.toContain("command:");
  });

  test("is not there in a comment, or for what is broken", async () => {
    expect(await hoverAt("// not h¦ere\ndiagram d = (0-1)(01)", full)).toBeUndefined();
    expect(await hoverAt("diagram ¦d { a -> }", full)).toBeUndefined();
  });
});

describe("hovers within a diagram", () => {
  const drift = (place: string, marked: string) =>
    "diagram drift { a, b -> bend -> test part C = {a, b} }".replace(place, marked);

  test("tell a node's tensor", async () => {
    const hover = await hoverAt(drift("-> bend", "-> be¦nd"), full);
    expect(hover).toContain("**node** `bend` of `drift` · degree 3");
    expect(imagesOf(hover!)[0]!.alt).toBe(
      "J_{\\mu\\nu\\lambda} = \\mathbb{E}\\left[\\nabla_{\\mu}\\nabla_{\\nu}\\nabla_{\\lambda} l_x\\right]",
    );
    expect(await hoverAt(drift("test", "te¦st"), full)).toContain("**root** `test`");
    expect(await hoverAt(drift("{a, b}", "{a¦, b}"), full)).toContain("joins `a`, `b`");
  });

  test("tell a part's cumulant", async () => {
    const images = imagesOf((await hoverAt(drift("part", "pa¦rt"), full))!);
    expect(images.map(({ alt }) => alt)).toEqual([
      "C_{\\mu\\nu} = \\mathbb{E}\\left[(\\nabla_{\\mu} l_x - G_{\\mu})(\\nabla_{\\nu} l_x - G_{\\nu})\\right]",
      "C_{\\mu\\nu}",
    ]);
    expect(await hoverAt(drift("C =", "C¦ ="), full)).toContain("**part** `C` of `drift`");
  });

  test("tell an arrow's propagators", async () => {
    const first = imagesOf((await hoverAt(drift("b ->", "b -¦>"), full))!);
    expect(first.map(({ alt }) => alt)).toEqual([
      "(K^{\\Delta t_{1}-1}\\eta)^{\\mu\\rho}",
      "(K^{\\Delta t_{1}-1}\\eta)^{\\nu\\sigma}",
    ]);
    const second = imagesOf((await hoverAt(drift("bend ->", "bend ¦->"), full))!);
    expect(second.map(({ alt }) => alt)).toEqual(["(K^{\\Delta t_{2}-1}\\eta)^{\\lambda\\pi}"]);
  });

  test("tell what marks mean", async () => {
    expect(await hoverAt("tra¦in diagram d { a -> t part {a, t} }", full)).toContain("**train**");
  });
});

describe("hovers within a landscape", () => {
  const two =
    "landscape two { param a = 1/2 param b = 2*a weights t = a - 1, s = 3 data y ~ discrete(-1: 2/3, 2: 1/3) loss a*y*t + exp(-s)*pi }";
  const at = (place: string, marked: string) => hoverAt(two.replace(place, marked), full);

  test("typeset its loss and its data", async () => {
    const images = imagesOf((await hoverAt(`${gauss.replace("gauss", "¦gauss")}`, full))!);
    expect(images[0]!.alt).toBe("l_x(h) = \\frac{h + x^{2} \\, e^{-h}}{2}");
    expect(images[1]!.alt).toBe("x \\sim \\mathcal{N}\\left(0,\\, 1\\right)");
    expect(imagesOf((await at("two", "t¦wo"))!)[1]!.alt).toBe(
      "P(y = -1) = \\frac{2}{3},\\quad P(y = 2) = \\frac{1}{3}",
    );
  });

  test("write folded constants as one would", async () => {
    const text = "landscape ¦l { weights z = 0 loss cos(z - pi/4)/3 + (1/3)*z - 0.123456789*z^2 }";
    expect(imagesOf((await hoverAt(text, full))!)[0]!.alt).toBe(
      "l_x(z) = \\frac{\\cos\\left(z - \\frac{\\pi}{4}\\right)}{3} + \\frac{1}{3} \\, z - 0.123457 \\, z^{2}",
    );
  });

  test("tell a weight's, a param's and a datum's declaration and value", async () => {
    expect(await at("t = a", "t¦ = a")).toContain("Descent starts at `t = a - 1`, which is −0.5");
    expect(await at("y*t +", "y*¦t +")).toContain("**weight** `t` of `two`");
    expect(await at("b = 2", "b¦ = 2")).toContain("The constant `b = 2*a`, which is 1");
    expect(await at("y ~", "¦y ~")).toContain("**datum** `y` of `two`");
  });

  test.each([
    ['landscape "a.diag" { weights t¦ = 0 data y ~ normal(0, 1) loss t*y }', "weight", "t"],
    ['landscape "a.diag" { param a¦ = 1 weights t = a loss t }', "param", "a"],
    ['landscape "a.diag" { weights t = 0 let u¦ = 2*t loss u }', "let", "u"],
    ['landscape "a.diag" { weights A[2, 2]¦ = 0 loss sum(A) }', "weight", "A"],
    ['landscape "a.diag" { data x¦[3] ~ normal(0, 1) weights s = 0 loss s*sum(x) }', "datum", "x"],
    ['landscape "a.diag" { data x[3] ~ normal(0, 1) weights s = 0 let h¦ = s*x loss sum(h) }', "let", "h"],
  ])("of %s, which has no name, say so", async (text, kind, name) => {
    const marked = text.replace(/(\w)(\[.*?\])?¦/, "¦$1$2");
    const hover = (await hoverAt(marked, full)) ?? "";
    expect(hover).toContain(`**${kind}** \`${name}`);
    expect(hover).toContain("of a landscape without a name");
  });

  test("tell what functions, constants, distributions and keywords are", async () => {
    expect(await at("exp", "e¦xp")).toContain("**function** `exp(a)`");
    expect(await at("pi", "p¦i")).toContain("3.14159");
    expect(await at("discrete", "dis¦crete")).toContain("**discrete**");
    expect(await at("weights", "wei¦ghts")).toContain("**weights**");
    expect(await at("loss", "lo¦ss")).toContain("**loss** of one datum");
  });
});

describe("hovers within a verify", () => {
  const text = `${gauss}verify v { landscape gauss sgd(N = 10, E = 2, B = 5, shuffle = reshuffled) eta = 0.1 observe displacement(h) predict order 2 sum = exact }`;
  const at = (place: string, marked: string) => hoverAt(text.replace(place, marked), full);

  test("tell a space-time in words", async () => {
    const hover = await at("sgd", "sg¦d");
    expect(hover).toContain("T = 4");
    expect(hover).toContain("Each column has 5 shaded cells, its batch; each row has 2 shaded cells");
    expect(hover).toContain("In all 20 of 40 cells are shaded.");
    expect(await hoverAt("verify v { g¦d(N = 3, T = 5) }", full)).toContain(
      "In all 15 of 15 cells are shaded.",
    );
    const both = await hoverAt("verify v { s¦gd(N = 3, E = 1, B = 1) - gd(N = 3, T = 5) }", full);
    expect(both).toContain("`sgd(N = 3, E = 1, B = 1) - gd(N = 3, T = 5)` · T = 3 updates and T = 5 updates");
    expect(both).toContain("What the first descent has beyond the second");
    expect(both).toContain("In all 3 of 9 cells are shaded.");
    expect(both).toContain("In all 15 of 15 cells are shaded.");
    const taken = await hoverAt("verify v { sgd(N = 3, E = 1, B = 1) - g¦d(N = 3, T = 5) }", full);
    expect(taken).toContain("`gd(N = 3, T = 5)` · T = 5");
    expect(taken).not.toContain("In all 3 of 9");
    expect(await hoverAt("verify v { s¦gd(N = 3, E = 5, B = 3) }", full)).toContain("*Gradient descent*");
  });

  test.each([
    ["N =", "¦N =", "**N**"],
    ["reshuffled", "resh¦uffled", "**reshuffled**"],
    ["eta", "et¦a", "**eta**"],
    ["displacement", "displ¦acement", "Only diagrams whose root has one edge add to it"],
    ["(h)", "(¦h)", "**weight** `h` of `gauss`"],
    ["order", "or¦der", "**order**"],
    ["exact", "exa¦ct", "**exact**"],
    ["landscape gauss sgd", "landscape ga¦uss sgd", "**landscape** `gauss`"],
  ])("tell what `%s` is", async (place, marked, expected) => {
    expect(await at(place, marked)).toContain(expected);
  });
});

describe("editors that show less", () => {
  const text = "diagram ¦skew = (012-3)(03-13-23)";

  test("get LaTeX in a block when nothing says that they show images", async () => {
    const hover = await hoverAt(text);
    expect(hover).toContain(`\`\`\`latex\n${skewSum}\n\`\`\``);
    expect(hover).not.toContain("data:image");
    expect(hover).not.toContain("command:");
  });

  test("get what the setting asks for", async () => {
    const latex = await hoverAt(text, { ...full, settings: { hover: { format: "latex" } } });
    expect(latex).not.toContain("data:image");
    const plain = await hoverAt(text, { ...full, settings: { hover: { format: "text" } } });
    expect(plain).toContain("```text\nS_{μνλ} η^{μρ} η^{νσ} η^{λπ} J_{ρσπ}\n```");
    expect(imagesOf((await hoverAt(text, { settings: { hover: { format: "image" } } }))!)).toHaveLength(4);
  });

  test("get text without marks when they show no Markdown", async () => {
    const hover = await hoverAt(text, { contentFormat: ["plaintext"] });
    expect(hover).toContain("diagram skew · 3 edges");
    expect(hover).not.toMatch(/\*\*|`|\\frac/);
  });

  test("get the colours that the setting or the editor names", async () => {
    const inkOf = async (options: EditorOptions) =>
      /fill="(#\w+)"/.exec(imagesOf((await hoverAt(text, options))!)[0]!.svg)![1];
    const commandLinks = true;
    const dark = await inkOf({ initializationOptions: { commandLinks, theme: "dark" } });
    expect(await inkOf({ initializationOptions: { commandLinks, theme: "light" } })).not.toBe(dark);
    const settings = { hover: { theme: "dark" } };
    expect(await inkOf({ initializationOptions: { commandLinks, theme: "light" }, settings })).toBe(dark);
    const automatic = { hover: { theme: "auto" } };
    expect(await inkOf({ initializationOptions: { commandLinks, theme: "dark" }, settings: automatic })).toBe(
      dark,
    );
  });
});

describe("copy links", () => {
  test("carry the LaTeX that is shown, as a command's arguments", async () => {
    const hover = await hoverAt("diagram ¦d = (012-3)(03-13-23)", full);
    const links = [...hover!.matchAll(/\[copy LaTeX\]\(command:diag\.copyText\?([^()\s]*)\)/g)];
    expect(links.map((link) => JSON.parse(decodeURIComponent(link[1]!)))).toEqual(
      imagesOf(hover!).map(({ alt }) => [alt]),
    );
    expect(links).toHaveLength(4);
  });
});

describe("a theme told later", () => {
  test("colours the next hover", async () => {
    const text = "diagram d = (0-1)(01)";
    const editor = await ReadingEditor.open(text, full);
    const before = await editor.hover(8);
    editor.services.Preferences.setTheme("hc-light");
    const after = await editor.hover(8);
    expect(imagesOf(before!)[0]!.svg).toContain("#dcdfe4");
    expect(imagesOf(after!)[0]!.svg).toContain("#000");
    await editor.close();
  });
});
