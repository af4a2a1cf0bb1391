import { describe, expect, it as test } from "vitest";
import { drawn, harm } from "../../unit/markdown/as-the-editor.js";
import { hostileAddresses, shapes } from "../../unit/markdown/hostile-texts.js";
import { imagesOf, ReadingEditor } from "./reading-editor.js";

/** All hostile texts in one comment, or one in each, as far as they fit into a comment. */
const comments = [
  ...shapes.map((shape) => hostileAddresses.map((address) => shape(address, "words")).join("\n\n")),
  shapes.map((shape) => shape("command:diag.copyText", "words")).join("\n\n"),
].map((text) => text.replaceAll("*/", "* /"));

const file = (comment: string) => `/** ${comment} */
diagram pair = (01-2)(02-12)
/** ${comment} */
landscape bowl {
  weights w = 1 /* ${comment} */ + 1
  param k = 2 * /* ${comment} */ 3
  data x ~ normal(0, /* ${comment} */ 1)
  let h = k * /* ${comment} */ w
  loss h^2 /* ${comment} */ + x * w
}
/** ${comment} */
verify seen { landscape bowl sgd(N = 2, E = 1, B = 1) eta = 0.1 observe test_loss predict pair trials = 10 }
`;

/** Where names stand in the file, and what is said about each. */
const named = [
  ...["diagram pair", "landscape bowl", "verify seen", "weights w", "param k", "data x", "let h", "loss h"],
  ...["landscape bowl sgd", "predict pair"],
];

/** An editor that runs our commands, of a workspace that is not trusted, so that nothing is evaluated. */
function open(text: string, format: "latex" | "image" = "latex"): Promise<ReadingEditor> {
  return ReadingEditor.open(text, {
    initializationOptions: { commandLinks: true, trusted: false },
    settings: { hover: { format } },
  });
}

async function hovers(text: string): Promise<string[]> {
  const editor = await open(text);
  const places = named.map((words) => text.indexOf(words) + words.indexOf(" ") + 1);
  const said: string[] = [];
  for (const place of places) {
    said.push((await editor.hover(place))!);
  }
  await editor.close();
  return said;
}

const copy = /^command:diag\.copyText\?(.*)$/;

/** What a hover has of ours, and what of it does harm. */
function judge(markdown: string): { readonly copies: number; readonly harm: readonly string[] } {
  const { links, images, html } = drawn(markdown);
  const copies = links.filter((link) => copy.test(link));
  for (const link of copies) {
    const words = JSON.parse(decodeURIComponent(copy.exec(link)![1]!)) as unknown[];
    expect(words).toEqual([expect.stringMatching(/\S/)]);
  }
  // Each is read twice.
  return {
    copies: copies.length / 2,
    harm: harm({
      links: links.filter((link) => !copy.test(link)),
      images: images.filter((image) => !image.startsWith("data:image/svg+xml;base64,")),
      html,
    }),
  };
}

describe("comments full of links and images", () => {
  test("do harm as they are written, or the tests below show nothing", () => {
    const open = comments.filter((comment) => judge(comment).harm.length === 0);
    // All but those of which the first block of code never ends.
    expect(open.every((comment) => comment.includes("~~~"))).toBe(true);
    expect(open.length).toBeLessThan(2);
  });

  test("do none in hovers, wherever a name stands, and hide nothing of ours", async () => {
    const ours = (await hovers(file("words"))).map((hover) => judge(hover).copies);
    expect(Math.max(...ours)).toBeGreaterThan(2);
    for (const comment of comments) {
      const said = await hovers(file(comment));
      expect([comment, said.flatMap((hover) => judge(hover).harm)]).toEqual([comment, []]);
      expect(said.map((hover) => judge(hover).copies)).toEqual(ours);
    }
  });

  test("do none beside images of formulas, which stay", async () => {
    const editor = await open(file(comments.at(-1)!), "image");
    const hover = (await editor.hover(editor.main.text.indexOf("pair")))!;
    expect(judge(hover)).toEqual({ copies: 4, harm: [] });
    expect(imagesOf(hover)).toHaveLength(4);
    await editor.close();
  });

  test("do none in completion and in the outline", async () => {
    for (const comment of comments) {
      const text = `${file(comment)}verify more { landscape bowl gd(2, 2) eta = 1 observe test_loss predict pair }`;
      const editor = await open(text);
      const { document, identifier } = editor.main;
      const { CompletionProvider, DocumentSymbolProvider } = editor.editor.diag.lsp;
      for (const words of ["landscape bowl gd", "predict pair }"]) {
        const offset = text.indexOf(words, text.indexOf("verify more")) + words.indexOf(" ") + 1;
        const position = document.textDocument.positionAt(offset);
        const list = await CompletionProvider!.getCompletion(document, { ...identifier, position });
        const documented = list!.items.flatMap(({ documentation }) =>
          documentation === undefined ? [] : [(documentation as { value: string }).value],
        );
        expect(documented.length).toBeGreaterThan(0);
        for (const value of documented) {
          expect([comment, judge(value)]).toEqual([comment, { copies: 0, harm: [] }]);
        }
      }
      const symbols = (await DocumentSymbolProvider!.getSymbols(document, identifier))!;
      for (const symbol of symbols.flatMap((one) => [one, ...(one.children ?? [])])) {
        expect([comment, harm(drawn(`${symbol.name} ${symbol.detail}`))]).toEqual([comment, []]);
      }
      await editor.close();
    }
  });
});
