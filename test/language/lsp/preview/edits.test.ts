import { beforeAll, describe, expect, test } from "vitest";
import type { DiagramEdit } from "../../../../src/preview/index.js";
import { answerEdit } from "../../../../src/server/preview/edits.js";
import { freshName } from "../../../../src/server/preview/fresh-name.js";
import { Editor, edited, type Open } from "../editor.js";
import { answer, type NamedEdit } from "./edit-by-name.js";

let main: Open;
beforeAll(async () => {
  main = (await Editor.of("")).main;
});

/** The text after an edit. */
async function after(text: string, edit: NamedEdit): Promise<string> {
  await main.type(text);
  const made = await answer(main, edit);
  expect(made).not.toHaveProperty("problem");
  return "problem" in made ? "" : edited(text, [...made.edits] as Parameters<typeof edited>[1]);
}

async function refusal(text: string, edit: NamedEdit): Promise<string> {
  await main.type(text);
  const made = await answer(main, edit);
  expect(made).toHaveProperty("problem");
  const problem = "problem" in made ? made.problem : "";
  expect(problem).not.toContain("\n");
  return problem;
}

describe("statements", () => {
  test.each<[NamedEdit, string, string]>([
    [{ kind: "addChild", parent: "out" }, "diagram d { a, b -> out }", "diagram d { a, b, c -> out }"],
    [{ kind: "addChild", parent: "a" }, "diagram d { a, b -> out }", "diagram d { a, b -> out c -> a }"],
    [
      { kind: "addChild", parent: "n1" },
      "diagram d {\n\tn1, n2 -> test // two\n\tpart S = {n1, n2}\n}\n",
      "diagram d {\n\tn1, n2 -> test // two\n\tn3 -> n1\n\tpart S = {n1, n2}\n}\n",
    ],
    [{ kind: "addChild", parent: "test" }, "diagram d { test }", "diagram d { a -> test }"],
    [
      { kind: "addChild", parent: "j" },
      "diagram d {\r\n  left -> j -> out\r\n  right -> out\r\n}",
      "diagram d {\r\n  left, node -> j -> out\r\n  right -> out\r\n}",
    ],
    [
      { kind: "reattach", node: "b", parent: "a" },
      "diagram d { a, b -> out }",
      "diagram d { a -> out b -> a }",
    ],
    [
      { kind: "reattach", node: "j", parent: "k" },
      "diagram d {\n  a, b -> j -> out // here\n  k -> out\n}",
      "diagram d {\n  a, b -> j -> k // here\n  k -> out\n}",
    ],
    [
      { kind: "reattach", node: "b", parent: "out" },
      "diagram d {\n  a -> b -> c -> out\n}",
      "diagram d {\n  a -> b -> out\n  c -> out\n}",
    ],
    [
      { kind: "group", nodes: ["a", "b"] },
      "diagram d {\n  a, b -> out\n}",
      "diagram d {\n  a, b -> out\n  part {a, b}\n}",
    ],
    [
      { kind: "group", nodes: ["a", "b", "c"] },
      "diagram d { a, b, c, e -> out part S = {a, b} part {c, e} }",
      "diagram d { a, b, c, e -> out part S = {a, b, c} }",
    ],
    [
      { kind: "group", nodes: ["b", "c"] },
      "diagram d {\n  a, b, c -> out\n  part {a, b} // ab\n}",
      "diagram d {\n  a, b, c -> out\n  part {b, c}\n  // ab\n}",
    ],
    [
      { kind: "ungroup", node: "a" },
      "diagram d {\n  a, b -> out\n  part S = {a, b}\n}",
      "diagram d {\n  a, b -> out\n  part S = {b}\n}",
    ],
    [
      { kind: "ungroup", node: "a" },
      "diagram d {\n  a, b -> out\n  part {a, b}\n}",
      "diagram d {\n  a, b -> out\n}",
    ],
    [
      { kind: "dissolve", nodes: ["a", "b"] },
      "diagram d {\n  a, b, c -> out\n  part S = {a, b}\n  part {c}\n}",
      "diagram d {\n  a, b, c -> out\n  part {c}\n}",
    ],
    [
      { kind: "contract", node: "j" },
      "diagram d { a, b -> k -> j -> out part {a, b} }",
      "diagram d { a, b -> k -> out part {a, b} }",
    ],
    [
      { kind: "remove", node: "j" },
      "diagram d {\n  a, b -> j\n  j, c, e -> out\n  part {a, c}\n  part {b, e, c2}\n  c2 -> out\n}",
      "diagram d {\n  c, e -> out\n  part {e, c2}\n  c2 -> out\n}",
    ],
    [{ kind: "remove", node: "a" }, "diagram d { a -> out }", "diagram d { out }"],
  ])("%j", async (edit, before, expected) => {
    expect(await after(before, edit)).toBe(expected);
  });
});

describe("the short form", () => {
  test.each<[NamedEdit, string, string]>([
    [{ kind: "addChild", parent: "2" }, "(01-2)(02-12)", "(01-2-3)(03-13-23)"],
    [{ kind: "addChild", parent: "0" }, "(01-2)(02-12)", "(01-2-3)(03-13-20)"],
    [{ kind: "addChild", parent: "0" }, "(0)()", "(0-1)(01)"],
    [
      { kind: "addChild", parent: "9" },
      "(01-2-3-4-5-6-7-8-9)(09-19-29-39-49-59-69-79-89)",
      "(0.1-2-3-4-5-6-7-8-9-10)(0.10-1.10-2.10-3.10-4.10-5.10-6.10-7.10-8.10-9.10)",
    ],
    [{ kind: "reattach", node: "0", parent: "1" }, "(0-1-2)(02-12)", "(0-1-2)(01-12)"],
    [{ kind: "group", nodes: ["2", "0"] }, "(01-2-3)(03-13-23)", "(02-1-3)(03-13-23)"],
    [{ kind: "ungroup", node: "0" }, "(02-1-3)(03-13-23)", "(0-1-2-3)(03-13-23)"],
    [{ kind: "dissolve", nodes: ["0", "2"] }, "(02-1-3)(03-13-23)", "(0-1-2-3)(03-13-23)"],
    [{ kind: "contract", node: "1" }, "(0-1-2)(01-12)", "(0-1)(01)"],
    [{ kind: "remove", node: "1" }, "(02-1-3)(03-13-23)", "(01-2)(02-12)"],
  ])("%j of %s", async (edit, before, expected) => {
    expect(await after(`diagram d = ${before}\n`, edit)).toBe(`diagram d = ${expected}\n`);
  });
});

test.each([
  [["a", "b", "out"], [], "c"],
  [["a", "b", "j", "out"], ["c"], "d"],
  [["x", "y", "z", "test"], [], "a"],
  [["A", "B", "out"], [], "C"],
  [["α", "β", "ω"], [], "γ"],
  [["n0", "n1", "n7", "root"], [], "n8"],
  [["left", "right", "test"], [], "node"],
  [["left", "right", "node", "test"], ["node2"], "node3"],
  [["only"], [], "a"],
  [[..."abcdefghijklmnopqrstuvwxyz", "out"], [], "a1"],
])("after %j, with %j taken, comes %s", (names, taken, expected) => {
  expect(freshName(names, taken)).toBe(expected);
});

describe("refusals", () => {
  test.each<[NamedEdit, string, RegExp]>([
    [{ kind: "reattach", node: "j", parent: "j" }, "", /`j` cannot hang from itself; choose another node/],
    [{ kind: "reattach", node: "j", parent: "a" }, "", /`a` hangs from `j` itself; choose a node outside/],
    [{ kind: "reattach", node: "out", parent: "a" }, "", /`out` is the root/],
    [{ kind: "reattach", node: "a", parent: "j" }, "", /`a` hangs from `j` already/],
    [
      { kind: "reattach", node: "c", parent: "b" },
      "part {c, b}",
      /`c` and `b` would be in one part.*`multi_epoch diagram`/,
    ],
    [{ kind: "group", nodes: ["a"] }, "", /two nodes or more/],
    [{ kind: "group", nodes: ["a", "out"] }, "", /`out` is the root.*`train diagram`/],
    [{ kind: "group", nodes: ["a", "j"] }, "", /`a` and `j` would be in one part.*`multi_epoch diagram`/],
    [{ kind: "group", nodes: ["b", "a"] }, "part {a, b}", /one part already/],
    [{ kind: "dissolve", nodes: ["a", "b"] }, "part {a, c}", /these nodes share no part/],
    [{ kind: "ungroup", node: "a" }, "part {a}", /`a` shares its part with no other node/],
    [{ kind: "contract", node: "j" }, "", /`j` is no link; choose/],
    [{ kind: "remove", node: "out" }, "", /`out` is the root/],
    [{ kind: "remove", node: "nowhere" }, "", /no longer in the text/],
  ])("%j with %s", async (edit, part, reason) => {
    expect(await refusal(`diagram d { a, b -> j -> out c -> out ${part} }`, edit)).toMatch(reason);
  });

  test("a stale version, an unknown diagram, a broken one and an unknown file", async () => {
    await main.type("diagram d { a -> out }\ndiagram e { a -> b -> a }\ndiagram f { a -> , }");
    const { version } = main.document.textDocument;
    const edit: DiagramEdit = { kind: "addChild", parent: 0 };
    const ask = (uri: string, of: number, id: string) =>
      answerEdit(main.editor.diag, { uri, version: of, id, edit });
    expect(await ask(main.uri, version, "d")).toMatchObject({ version, edits: [{ newText: " b -> a" }] });
    expect(await ask(main.uri, version - 1, "d")).toEqual({
      problem: expect.stringContaining("has changed"),
    });
    expect(await ask(main.uri, version, "g")).toEqual({ problem: expect.stringContaining("no longer") });
    expect(await ask(main.uri, version, "e")).toEqual({ problem: expect.stringContaining("closes a cycle") });
    expect(await ask(main.uri, version, "f")).toEqual({ problem: expect.stringContaining("is broken") });
    expect(await ask("file:///none.diag", 1, "d")).toEqual({ problem: expect.stringContaining("not open") });
  });
});
