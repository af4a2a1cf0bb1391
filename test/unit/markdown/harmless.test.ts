import fc from "fast-check";
import { Marked } from "marked";
import { describe, expect, it as test } from "vitest";
import { asCode, asCodeBlock, asImage, harmlessMarkdown } from "../../../src/markdown/index.js";
import { times } from "../../times.js";
import { drawn, harm, leadsToTheWeb } from "./as-the-editor.js";
import { hostile, hostileAddresses, shapes, soup } from "./hostile-texts.js";

const cases = shapes.flatMap((shape) => hostileAddresses.map((address) => shape(address, "words")));

describe("links and images of users' texts", () => {
  test("do harm as they are written, or the tests below show nothing", () => {
    const harmful = shapes.filter((shape) =>
      hostileAddresses.some((address) => harm(drawn(shape(address, "words"))).length > 0),
    );
    expect(
      shapes.filter((shape) => !harmful.includes(shape)).map((shape) => shape("address", "words")),
    ).toEqual([]);
  });

  test("lead to the web or nowhere, in every spelling", () => {
    const left = cases.flatMap((text) => harm(drawn(harmlessMarkdown(text))).map((what) => [text, what]));
    expect(left).toEqual([]);
  });

  test("lead to the web or nowhere in generated texts", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, soup), (text) => {
        expect(harm(drawn(harmlessMarkdown(text)))).toEqual([]);
      }),
      { numRuns: times(3000) },
    );
  });

  test("never spell a command", () => {
    for (const text of cases) {
      expect(harmlessMarkdown(text)).not.toMatch(/[(<"' ]command:/i);
    }
  });

  test("that lead to the web stay", () => {
    const text =
      'See [the paper](https://host.example/a_(b).pdf "title"), <https://host.example/c?d=e#f>, http://host.example and [this][r].\n\n[r]: https://host.example/g';
    expect(harmlessMarkdown(text)).toBe(text);
    expect(new Set(drawn(harmlessMarkdown(text)).links)).toEqual(new Set(drawn(text).links));
    expect(drawn(text).links.every(leadsToTheWeb)).toBe(true);
    const { links } = drawn(
      harmlessMarkdown("[a](https://host.example/pkg@1.2/x) <https://host.example/@b>"),
    );
    expect(links.slice(0, 2)).toEqual(["https://host.example/pkg%401.2/x", "https://host.example/%40b"]);
  });
});

describe("what else users write", () => {
  test.each([
    "Skewed noise couples to the **third** derivative, _really_, at the *test*.",
    "- one\n- two\n  1. three\n\n> quoted\n\n# Heading\n\n---",
    "| a | b |\n|--:|:--|\n| 1 | `x | y` |",
    "`part S = {a, b}` and\n\n```diag\ndiagram d { a, b -> c }\n```\n\n~~~\nas is\n~~~",
    "For $\\eta^{\\mu\\nu} < 1$, $|w|_2 \\leq \\frac{1}{2}$ and $$\\sum_{i=0}^{T-1} k^i$$ with `a[0]` and f[1] (x).",
    "Ends at 12:30: a < b, c > d, 3! [sic], x ~ y; at once",
  ])("stays as it is: %j", (text) => {
    expect(harmlessMarkdown(text)).toBe(text);
  });

  test("is still there to be read, letter by letter", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, soup), (text) => {
        const visible = (one: string) => one.replaceAll("\u200b", "").replaceAll("%40", "@");
        expect(visible(harmlessMarkdown(text)).startsWith(visible(text))).toBe(true);
      }),
      { numRuns: times(1000) },
    );
  });

  test("does not swallow what follows", () => {
    const open = [
      "```",
      "~~~~ js\ntext",
      "text\n\n  ```\n  code",
      "- item\n  ```\n  code",
      "```\n~~~\n``",
      "<!--",
    ];
    for (const text of open) {
      const marked = drawn(`${harmlessMarkdown(text)}\n\n[ours](https://host.example/)`);
      expect([text, marked.links]).toEqual([text, Array(2).fill("https://host.example/")]);
    }
  });

  test("is cut where nobody reads any more", () => {
    expect(harmlessMarkdown("word ".repeat(50_000)).length).toBeLessThan(10_100);
    // Whoever looked at all of it again for each of its signs would be at it for days.
    for (const sign of [
      "[",
      "](",
      "<",
      "<https://",
      "![",
      "`",
      "*a",
      "a@",
      "a:",
      "]( ",
      "<a@",
      "](https://@",
    ]) {
      expect(harmlessMarkdown(sign.repeat(1_000_000 / sign.length)).length, sign).toBeLessThan(40_000);
    }
  });
});

describe("texts that keep a parser busy for long, or overflow its stack", () => {
  test.each(["*a ", "_a ", "**a ", "*", "a_b~", "> ", ">", "- ", "* ", "1. ", "> - 2) "])(
    "are shown as they are: %j",
    (unit) => {
      const text = unit.repeat(100_000 / unit.length);
      const [block, ...rest] = new Marked().lexer(harmlessMarkdown(text));
      expect(block).toMatchObject({ type: "code", lang: "text", text: `${text.slice(0, 10_000)}…` });
      expect(rest).toEqual([]);
    },
  );

  test("are none that people write", () => {
    const list = Array.from(
      { length: 300 },
      (_, line) => `${" ".repeat(2 * (line % 10))}- *one* of **many** \`x_${line}\``,
    );
    const rule = "-".repeat(100);
    const text = `${list.slice(0, 60).join("\n")}\n\n${rule}\n\n> > quoted\n\n${list.slice(60, 120).join("\n")}`;
    expect(harmlessMarkdown(text)).toBe(text);
  });
});

describe("marks of our own around a user's text", () => {
  test("hold any text", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, soup), (text) => {
        expect(harm(drawn(asCodeBlock(text, "text")))).toEqual([]);
        expect(harm(drawn(`| a |\n|--|\n| ${harmlessMarkdown(asCode(text))} |`))).toEqual([]);
        const { links, images, html } = drawn(asImage(text, "data:image/svg+xml;base64,AAAA"));
        expect(links.filter((link) => !leadsToTheWeb(link))).toEqual([]);
        expect(html).toEqual([]);
        for (const image of images) {
          expect(image).toBe("data:image/svg+xml;base64,AAAA");
        }
      }),
      { numRuns: times(1000) },
    );
  });

  test("show it as it is", () => {
    expect(asCode("skew")).toBe("`skew`");
    expect(asCode("a`b``c")).toBe("``` a`b``c ```");
    expect(asCodeBlock("x\n```\ny", "latex")).toBe("````latex\nx\n```\ny\n````");
    expect(asImage("\\left[1, a\\right]", "data:,")).toBe("![\\left\\[1, a\\right\\]](data:,)");
  });
});
