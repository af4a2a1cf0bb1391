import { describe, expect, test } from "vitest";
import type { PreviewDiagram, PreviewFile } from "../../../../src/preview/index.js";
import { answerFile, findPreviewDiagram } from "../../../../src/server/preview/index.js";
import { Editor, type Open } from "../editor.js";

async function listed(main: Open): Promise<PreviewFile> {
  const file = await answerFile(main.editor.diag, { uri: main.uri });
  await main.editor.diag.editor.Drawings.close();
  return file!;
}

async function fileOf(text: string): Promise<{ main: Open; file: PreviewFile }> {
  const { main } = await Editor.of(text);
  return { main, file: await listed(main) };
}

async function only(text: string): Promise<{ main: Open; diagram: PreviewDiagram }> {
  const { main, file } = await fileOf(text);
  expect(file.diagrams).toHaveLength(1);
  return { main, diagram: file.diagrams[0]! };
}

/** Marks in words: code, and the elements by their names. */
function marksOf({ marks, nodes, edges, strays = [], parts }: PreviewDiagram): string[] {
  return marks.map(({ severity, code, elements }) => {
    const words = elements.map((element) => {
      if (element.kind === "diagram") {
        return "diagram";
      }
      const { kind, index } = element;
      if (kind === "node") {
        return nodes[index]!.name;
      }
      if (kind === "part") {
        return parts[index]!.name ?? "part";
      }
      const edge = edges.find(({ child }) => child === index) ?? strays[index - nodes.length]!;
      const arrow = index < nodes.length ? "->" : "-x>";
      return `${nodes[edge.child]!.name}${arrow}${nodes[edge.parent]!.name}`;
    });
    return `${severity} ${code}: ${words.join(" ")}`;
  });
}

describe("a listing", () => {
  test("has the places of every mention, of edges and of parts", async () => {
    const { main, diagram } = await only(
      "/** Two. */\ndiagram d {\n  a, b -> j -> out\n  part P = {a, b}\n  part {j}\n}",
    );
    expect(diagram).toMatchObject({ name: "d", id: "d", broken: false, shortForm: false });
    expect(diagram.facts).toBe("3 edges · |Aut| = 2 · irreducible");
    expect(main.slice(diagram.range)).toMatch(/^diagram d \{[\s\S]*\}$/);
    expect(main.slice(diagram.nameRange)).toBe("d");
    expect(
      diagram.nodes.map(({ name, ranges }) => `${name} ${ranges.map((one) => main.slice(one))}`),
    ).toEqual(["a a,a", "b b,b", "j j,j", "out out"]);
    expect(diagram.nodes[0]!.ranges).toEqual(
      [main.range("a,"), main.range("a, b}")].map(({ start }) => ({
        start,
        end: { line: start.line, character: start.character + 1 },
      })),
    );
    expect(diagram.edges.map(({ child, parent, range }) => [child, parent, main.slice(range)])).toEqual([
      [0, 2, "a, b -> j"],
      [1, 2, "b -> j"],
      [2, 3, "j -> out"],
    ]);
    expect(diagram.parts.map(({ name, nodes, range }) => [name, nodes, range && main.slice(range)])).toEqual([
      ["P", [0, 1], "part P = {a, b}"],
      [undefined, [2], "part {j}"],
      [undefined, [3], undefined],
    ]);
    expect(diagram.strays).toBeUndefined();
  });

  test("of a short form has the places of its digits", async () => {
    const { main, diagram } = await only(
      "diagram d = (0.1-10-2.3.4.5.6.7.8.9)(0.10-1.10-2.10-3.10-4.10-5.10-6.10-7.10-8.10-9.10)",
    );
    expect(diagram.shortForm).toBe(true);
    expect(diagram.nodes).toHaveLength(11);
    expect(diagram.nodes[10]!.ranges).toHaveLength(11);
    expect(
      diagram.nodes.flatMap(({ name, ranges }) => ranges.filter((one) => main.slice(one) !== name)),
    ).toEqual([]);
    expect(diagram.edges.map(({ range }) => main.slice(range)).slice(-1)).toEqual(["9.10"]);
    expect(main.slice(diagram.parts[0]!.range!)).toBe("0.1");
  });

  test("numbers nodes as the drawing does, children before parents", async () => {
    const { main, diagram } = await only("diagram d { m -> out  c, d -> n -> out  a, b -> m }");
    const named = main.editor.diag.validation.DeclarationChecker.diagram(
      main.document.parseResult.value.declarations[0] as never,
    ).value!;
    expect(diagram.nodes.map(({ name }) => name)).toEqual(named.nodeNames);
    expect(diagram.edges.map(({ parent }) => parent)).toEqual(named.diagram.parents.slice(0, -1));
    const found = findPreviewDiagram(main.editor.diag, main.uri, "d")!;
    expect(found.named).toBe(named);
    expect(found.sketch.order.map((node) => found.draft.nodes[node]!.name)).toEqual(named.nodeNames);
    expect(found.input!.diagram).toEqual(named.diagram);
    expect(findPreviewDiagram(main.editor.diag, main.uri, "e")).toBeUndefined();
    expect(findPreviewDiagram(main.editor.diag, "file:///no.diag", "d")).toBeUndefined();
  });

  test("tells diagrams of one name apart, and says what else the file sees", async () => {
    const { editor, main } = await Editor.of(
      'import "l.diag"\ndiagram d { a -> o }\ndiagram d { b, c -> o }\nverify v { landscape bowl sgd(N = 4, /* of two */ E=2,\n B = 1) eta = 0.1 observe test_loss predict order 1 }\nlandscape ',
      { "l.diag": "landscape bowl { weights w = 1 data x ~ normal(0, 1) loss (w - x)^2 }" },
    );
    const file = await listed(main);
    expect(file.diagrams.map(({ id }) => id)).toEqual(["d", "d#2"]);
    expect(marksOf(file.diagrams[1]!)).toEqual(["error duplicate-name: diagram"]);
    expect(file.landscapes).toContain("bowl");
    expect(file.spacetimes).toEqual(["sgd(N = 4, E = 2, B = 1)"]);
    expect(file.rates).toEqual([{ spacetime: "sgd(N = 4, E = 2, B = 1)", landscape: "bowl", eta: 0.1 }]);
    expect(file.problem).toMatch(/^line 6: [^\n]+$/);
    expect(await answerFile(editor.diag, { uri: "file:///no.diag" })).toBeNull();
  });
});

describe("marks", () => {
  test.each([
    ["a -> b -> c -> a  c -> e", ["error cycle: c-x>a a->b b->c c a b"]],
    ["a -> a  b -> out", ["error cycle: a-x>a a"]],
    ["a, b -> j -> out  a -> out", ["error second-parent: a-x>out a->j a"]],
    ["a -> out  a -> out", ["error second-parent: a-x>out a->out a"]],
    ["a, b -> out  c -> d", ["error many-roots: d"]],
    ["a, b, c -> out  part P = {a, b}  part R = {c, b}", ["error two-parts: b P R"]],
    ["a, b -> out  part P = {a, b}  part R = {b}", ["error two-parts: b P R"]],
    ["a, b -> out  part P = {a, out}", ["error root-in-part: out P"]],
    ["a, b, c, d -> out  part P = {a, b}  part P = {c, d}", ["error duplicate-name: P"]],
    ["a -> j -> k -> out  b -> j  part P = {a, k}", ["error path-condition: a j k a->j j->k P"]],
    ["a -> j -> out", ["warning reducible: j"]],
    ["a, b -> out  c -", ["error syntax: diagram"]],
    ["a, b -> c c -> ", ["error syntax: diagram"]],
  ])("of { %s }", async (statements, marks) => {
    const { diagram } = await only(`diagram d { ${statements} }`);
    expect(marksOf(diagram)).toEqual(marks);
  });

  test("are warnings where a diagram is for several epochs", async () => {
    const { diagram } = await only("multi_epoch diagram d { a -> j -> out  b -> j  part P = {a, j} }");
    expect(marksOf(diagram)).toEqual(["warning path-condition: a j a->j P"]);
    expect(diagram.facts).toBe("3 edges · |Aut| = 1 · irreducible · several epochs only");
  });

  test.each([
    ["diagram d = (01-2)(02-1", "0 1 2", 1],
    ["diagram d = (01-3)(03-13)", "0 1 3", 2],
    ["diagram d = (01-2)(02-12-3", "0 1 2", 2],
    ["diagram { a, b -> c }", "a b c", 2],
    ["diagram d { a, b -> c", "a b c", 2],
    ["diagram d { }", "", 0],
    ["diagram", "", 0],
  ])("and as much of %s as there is", async (text, nodes, edges) => {
    const { diagram } = await only(text);
    expect(diagram.broken).toBe(true);
    expect(
      diagram.nodes
        .map(({ name }) => name)
        .sort()
        .join(" "),
    ).toBe(nodes);
    expect(diagram.edges).toHaveLength(edges);
    expect(diagram.marks.map(({ code }) => code)).toEqual(["syntax"]);
  });
});

describe("an edit elsewhere", () => {
  const two = "diagram d { a, b -> out  part P = {a, b} }\n\ndiagram e { a -> j -> out }\n";

  test("keeps ids and keys, and moves places", async () => {
    const { main, file } = await fileOf(two);
    await main.type(`\n// Before.\n${two.replace("part P", "part Q")}`);
    const after = await listed(main);
    expect(after.version).toBe(file.version + 1);
    const [d, e] = after.diagrams;
    expect(e!.key).toBe(file.diagrams[1]!.key);
    expect(d!.key).not.toBe(file.diagrams[0]!.key);
    expect(main.slice(e!.range)).toBe("diagram e { a -> j -> out }");
    expect(e!.nodes.map(({ ranges }) => main.slice(ranges[0]!))).toEqual(["a", "j", "out"]);
    expect(e!.edges.map(({ range }) => main.slice(range))).toEqual(["a -> j", "j -> out"]);
  });

  test("does not change a key, but whatever the drawing shows does", async () => {
    const key = async (text: string) => (await only(text)).diagram.key;
    const plain = await key("diagram d { a, b -> out  part P = {a, b} }");
    expect(await key("// A comment.\ndiagram d {\n  a -> out\n  b -> out\n  part P = {b, a}\n}")).toBe(plain);
    const others = await Promise.all(
      [
        "diagram d { a, c -> out  part P = {a, c} }",
        "diagram d { a, b -> out  part Q = {a, b} }",
        "diagram d { a, b -> out  part {a, b} }",
        "diagram d { a, b -> out }",
        "diagram d { a, b -> out  part P = {a, b} a -> out }",
        "diagram e { a, b -> out  part P = {a, b} }",
      ].map(key),
    );
    expect(new Set([plain, ...others]).size).toBe(7);
  });

  test("of names elsewhere does mark a diagram anew", async () => {
    const { main, file } = await fileOf(two);
    expect(marksOf(file.diagrams[1]!)).toEqual(["warning reducible: j"]);
    await main.type(two.replace("diagram d", "diagram e"));
    const after = await listed(main);
    expect(after.diagrams.map(({ id }) => id)).toEqual(["e", "e#2"]);
    expect(marksOf(after.diagrams[1]!)).toEqual(["error duplicate-name: diagram", "warning reducible: j"]);
    await main.type(two);
    expect((await listed(main)).diagrams[1]!.marks).toEqual(file.diagrams[1]!.marks);
  });

  test("leaves every listing as if the text had been read afresh", async () => {
    const { main } = await fileOf(two);
    for (const text of [
      two.replace("->", "-"),
      two,
      two.replace("}\n\n", "\n\n"),
      `${two}diagram f { a -> b -> a }`,
      `diagram g { x, y -> z  y -> z }\n${two}`,
      two.replace("a, b", "a, bb"),
      two,
    ]) {
      await main.type(text);
      const { diagrams } = await listed(main);
      expect(diagrams, text).toEqual((await fileOf(text)).file.diagrams);
    }
  });
});
