import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type FromPage,
  type PageRequest,
  parseFromPage,
  parsePageState,
} from "../../../src/preview/index.js";

const request = (asked: PageRequest): FromPage => ({ type: "request", number: 7, request: asked });

const wellFormed: readonly FromPage[] = [
  { type: "ready" },
  { type: "focused" },
  { type: "shows" },
  { type: "shows", id: "skew" },
  { type: "select", id: "skew", element: { kind: "diagram" }, focus: false },
  { type: "select", id: "skew", element: { kind: "node", index: 0 }, focus: true },
  { type: "select", id: "skew", element: { kind: "part", index: 3 }, focus: true },
  request({ method: "draw", ids: [] }),
  request({ method: "draw", ids: ["a", "b"] }),
  request({ method: "hover", position: { line: 1, character: 2 } }),
  request({
    method: "embeddings",
    question: { id: "a", spacetime: "gd(N = 1, T = 2)", first: "0", count: 3 },
  }),
  request({
    method: "embeddings",
    question: {
      id: "a",
      spacetime: "s",
      landscape: "bowl",
      eta: -0.5,
      first: "123456789012345678901",
      count: 0,
    },
  }),
  request({ method: "edit", version: 3, id: "a", edit: { kind: "addChild", parent: 1 } }),
  request({ method: "edit", version: 3, id: "a", edit: { kind: "reattach", node: 0, parent: 1 } }),
  request({ method: "edit", version: 3, id: "a", edit: { kind: "group", nodes: [0, 2] } }),
  request({ method: "edit", version: 3, id: "a", edit: { kind: "ungroup", node: 0 } }),
  request({ method: "edit", version: 3, id: "a", edit: { kind: "dissolve", nodes: [0, 2] } }),
  request({ method: "edit", version: 3, id: "a", edit: { kind: "contract", node: 0 } }),
  request({ method: "edit", version: 3, id: "a", edit: { kind: "remove", node: 0 } }),
  request({ method: "rename", version: 3, id: "a", element: { kind: "diagram" }, name: "b" }),
  request({ method: "rename", version: 3, id: "a", element: { kind: "part", index: 1 }, name: "" }),
  request({ method: "history", step: "undo" }),
  request({ method: "history", step: "redo" }),
  request({ method: "insert", version: 0, shortForm: "\\sdia{c(012-3)(03-13-23)}" }),
  request({ method: "export", id: "a", format: "tikz" }),
  request({ method: "copy", text: "" }),
  request({ method: "save", suggestedName: "skew", format: "png", content: "iVBORw==" }),
  request({ method: "save", suggestedName: "skew", format: "svg", content: "<svg/>" }),
];

const illFormed: readonly unknown[] = [
  undefined,
  null,
  "ready",
  [],
  [{ type: "ready" }],
  {},
  { type: "open" },
  { type: "shows", id: 3 },
  { type: "request", number: 7, request: { method: "history", step: "save" } },
  { type: "request", number: 7, request: { method: "rename", version: 3, id: "a", name: "b" } },
  { type: "shows", id: "x".repeat(10_001) },
  { type: "select", id: "skew", element: { kind: "node" }, focus: true },
  { type: "select", id: "skew", element: { kind: "root", index: 0 }, focus: true },
  { type: "select", id: "skew", element: { kind: "node", index: -1 }, focus: true },
  { type: "select", id: "skew", element: { kind: "node", index: 0.5 }, focus: true },
  { type: "select", id: "skew", element: { kind: "diagram" }, focus: "yes" },
  { type: "request", number: -1, request: { method: "draw", ids: [] } },
  { type: "request", number: Number.NaN, request: { method: "draw", ids: [] } },
  { type: "request", number: 1 },
  ...[
    { method: "toString" },
    { method: "draw", ids: "a" },
    { method: "draw", ids: [1] },
    { method: "draw", ids: new Array(100_001).fill("a") },
    { method: "hover", position: { line: "1", character: 2 } },
    { method: "embeddings", question: { id: "a", spacetime: "s", first: "-1", count: 3 } },
    { method: "embeddings", question: { id: "a", spacetime: "s", first: "0", count: 3, eta: Number.NaN } },
    { method: "embeddings", question: { id: "a", spacetime: "s", first: "0", count: 3, landscape: {} } },
    { method: "edit", version: 1, id: "a", edit: { kind: "addChild" } },
    { method: "edit", version: 1, id: "a", edit: { kind: "group", nodes: ["0"] } },
    { method: "edit", version: 1, id: "a", edit: { kind: "format" } },
    { method: "edit", id: "a", edit: { kind: "remove", node: 0 } },
    { method: "insert", version: 1, shortForm: ["x"] },
    { method: "export", id: "a", format: "exe" },
    { method: "copy" },
    { method: "save", suggestedName: "a", format: "png", content: "<svg/>" },
    { method: "save", suggestedName: "a", format: "png", content: "abc" },
    { method: "save", suggestedName: "a", format: "../x", content: "" },
  ].map((asked) => ({ type: "request", number: 1, request: asked })),
];

describe("what a page says", () => {
  test.each(wellFormed.map((message) => [JSON.stringify(message), message] as const))(
    "is taken as it is: %s",
    (_, message) => expect(parseFromPage(message)).toEqual(message),
  );

  test.each(illFormed.map((message) => [String(JSON.stringify(message)).slice(0, 90), message] as const))(
    "is refused: %s",
    (_, message) => expect(parseFromPage(message)).toBeUndefined(),
  );

  test("comes through without what does not belong to it", () => {
    expect(parseFromPage({ type: "ready", command: "rm" })).toEqual({ type: "ready" });
    const edit = { kind: "remove", node: 1, uri: "file:///elsewhere" };
    const asked = { method: "edit", version: 1, id: "a", edit, uri: "file:///elsewhere" };
    expect(parseFromPage({ type: "request", number: 1, request: asked })).toEqual({
      type: "request",
      number: 1,
      request: { method: "edit", version: 1, id: "a", edit: { kind: "remove", node: 1 } },
    });
  });

  test("never fails, whatever it is", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (message) => {
        parseFromPage(message);
        parseFromPage({ type: "request", number: 0, request: message });
        parseFromPage({ type: "select", id: "a", element: message, focus: true });
        parsePageState(message);
      }),
    );
  });
});

describe("the state that a page kept", () => {
  test("names a file and perhaps a diagram", () => {
    expect(parsePageState({ uri: "file:///a.diag", search: "", scroll: 3 })).toEqual({
      uri: "file:///a.diag",
    });
    expect(parsePageState({ uri: "file:///a.diag", id: "skew" })).toEqual({
      uri: "file:///a.diag",
      id: "skew",
    });
    expect(parsePageState({ uri: "file:///a.diag", id: {} })).toEqual({ uri: "file:///a.diag" });
  });

  test.each([[undefined], [null], ["file:///a"], [{}], [{ uri: "" }], [{ uri: 3 }]])(
    "is refused: %j",
    (state) => expect(parsePageState(state)).toBeUndefined(),
  );
});
