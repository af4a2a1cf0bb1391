import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canonicalForm, makeDiagram } from "../../../../src/diagram/index.js";
import type { NamedDiagram } from "../../../../src/language/index.js";
import { times } from "../../../times.js";
import { Editor, edited, type Open } from "../editor.js";
import { answer, diagramOf, type NamedEdit } from "./edit-by-name.js";
import { type Model, shortForms, statements, type WrittenDiagram } from "./random-diagrams.js";

let main: Open;
beforeAll(async () => {
  main = (await Editor.of("")).main;
});

// The oracle edits a table of parents and part labels, and knows nothing of texts.

function descendants(model: Model, node: string): Set<string> {
  const found = new Set([node]);
  for (const above of found) {
    for (const [child, parent] of model.parentOf) {
      if (parent === above) {
        found.add(child);
      }
    }
  }
  return found;
}

function partner(model: Model, node: string): string[] {
  return [...model.labelOf]
    .filter(([other, label]) => other !== node && label === model.labelOf.get(node))
    .map(([other]) => other);
}

/** Pairs of nodes of one part, one somewhere above the other and below the root, without a third between them. */
function violations(model: Model): number {
  let count = 0;
  for (const [node, label] of model.labelOf) {
    let above = model.parentOf.get(node);
    while (above !== undefined && model.parentOf.get(above) !== undefined) {
      if (model.labelOf.get(above) === label) {
        count++;
        break;
      }
      above = model.parentOf.get(above);
    }
  }
  return count;
}

/** The model after an edit; `undefined` when there is no such edit. A new node is called `new`. */
function editModel({ model, train, multiEpoch }: WrittenDiagram, edit: NamedEdit): Model | undefined {
  const parentOf = new Map(model.parentOf);
  const labelOf = new Map(model.labelOf);
  const isRoot = (node: string) => parentOf.get(node) === undefined;
  switch (edit.kind) {
    case "addChild":
      parentOf.set("new", edit.parent);
      labelOf.set("new", "new");
      break;
    case "reattach":
      if (
        isRoot(edit.node) ||
        parentOf.get(edit.node) === edit.parent ||
        descendants(model, edit.node).has(edit.parent)
      ) {
        return undefined;
      }
      parentOf.set(edit.node, edit.parent);
      break;
    case "group": {
      const nodes = new Set(edit.nodes);
      const [some] = nodes;
      const same = [some!, ...partner(model, some!)];
      if (
        nodes.size < 2 ||
        (!train && [...nodes].some(isRoot)) ||
        (same.length === nodes.size && same.every((node) => nodes.has(node)))
      ) {
        return undefined;
      }
      for (const node of nodes) {
        labelOf.set(node, "together");
      }
      break;
    }
    case "ungroup":
      if (partner(model, edit.node).length === 0) {
        return undefined;
      }
      labelOf.set(edit.node, "apart");
      break;
    case "contract": {
      const children = [...parentOf].filter(([, parent]) => parent === edit.node).map(([child]) => child);
      if (isRoot(edit.node) || children.length !== 1 || partner(model, edit.node).length > 0) {
        return undefined;
      }
      parentOf.set(children[0]!, parentOf.get(edit.node));
      parentOf.delete(edit.node);
      labelOf.delete(edit.node);
      break;
    }
    case "remove":
      if (isRoot(edit.node)) {
        return undefined;
      }
      for (const node of descendants(model, edit.node)) {
        parentOf.delete(node);
        labelOf.delete(node);
      }
      break;
  }
  const result = { parentOf, labelOf };
  return !multiEpoch && violations(result) > violations(model) ? undefined : result;
}

const randomEdit = fc.record({
  kind: fc.constantFrom("addChild", "reattach", "group", "ungroup", "contract", "remove"),
  places: fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
  count: fc.integer({ min: 1, max: 4 }),
});

function editOf(
  model: Model,
  { kind, places, count }: typeof randomEdit extends fc.Arbitrary<infer T> ? T : never,
): NamedEdit {
  const names = [...model.parentOf.keys()];
  const [node, parent] = places.map((place) => names[place % names.length]!);
  switch (kind) {
    case "addChild":
      return { kind, parent: parent! };
    case "reattach":
      return { kind, node: node!, parent: parent! };
    case "group":
      return { kind, nodes: places.slice(0, count).map((place) => names[place % names.length]!) };
    default:
      return { kind: kind as "ungroup", node: node! };
  }
}

function canonicalOf({ parentOf, labelOf }: Model): string | undefined {
  const names = [...parentOf.keys()];
  const labels = [...new Set(labelOf.values())];
  return canonicalForm(
    makeDiagram(
      names.map((name) => {
        const parent = parentOf.get(name);
        return parent === undefined ? -1 : names.indexOf(parent);
      }),
      names.map((name) => labels.indexOf(labelOf.get(name)!)),
    ).diagram,
  );
}

/** The diagram of a text as a table. */
function modelOf({ diagram, nodeNames }: NamedDiagram): Model {
  return {
    parentOf: new Map(nodeNames.map((name, node) => [name, nodeNames[diagram.parents[node]!]])),
    labelOf: new Map(nodeNames.map((name, node) => [name, String(diagram.parts[node])])),
  };
}

/** Makes edits, one after the other, in the text and in the table; `compare` says whether they agree. */
async function follow(
  start: WrittenDiagram,
  edits: readonly Parameters<typeof editOf>[1][],
  compare: (found: NamedDiagram, expected: Model, select: string | undefined) => Model,
): Promise<void> {
  let now = start;
  await main.type(now.text);
  for (const choice of edits) {
    const edit = editOf(now.model, choice);
    const expected = editModel(now, edit);
    const made = await answer(main, edit);
    if (expected === undefined || "problem" in made) {
      expect({ edit, problem: "problem" in made, possible: expected !== undefined }).toEqual({
        edit,
        problem: true,
        possible: false,
      });
      continue;
    }
    const text = edited(now.text, [...made.edits] as Parameters<typeof edited>[1]);
    await main.type(text);
    const codes = main.diagnostics.filter(
      ({ severity, code }) => severity === 1 && code !== "path-condition",
    );
    expect(codes).toEqual([]);
    for (const comment of start.comments) {
      expect(text).toContain(comment);
    }
    now = { ...now, text, model: compare(diagramOf(main), expected, made.select) };
  }
}

describe("random edits of random diagrams do what they do to the tree and its partition", () => {
  test("written as statements", async () => {
    await fc.assert(
      fc.asyncProperty(statements, fc.array(randomEdit, { minLength: 1, maxLength: 4 }), (start, edits) =>
        follow(start, edits, (found, expected, select) => {
          const rename = (name: string) => (name === "new" ? select! : name);
          expect(new Map([...expected.parentOf].map(([node, parent]) => [rename(node), parent]))).toEqual(
            modelOf(found).parentOf,
          );
          const model = modelOf(found);
          for (const one of expected.labelOf.keys()) {
            for (const other of expected.labelOf.keys()) {
              expect(model.labelOf.get(rename(one)) === model.labelOf.get(rename(other))).toBe(
                expected.labelOf.get(one) === expected.labelOf.get(other),
              );
            }
          }
          return model;
        }),
      ),
      { numRuns: times(400) },
    );
  });

  test("written in the short form", async () => {
    await fc.assert(
      fc.asyncProperty(shortForms, fc.array(randomEdit, { minLength: 1, maxLength: 4 }), (start, edits) =>
        follow(start, edits, (found, expected, select) => {
          expect(canonicalForm(found.diagram)).toBe(canonicalOf(expected));
          if (select !== undefined) {
            expect(found.nodeNames).toContain(select);
          }
          return modelOf(found);
        }),
      ),
      { numRuns: times(400) },
    );
  });
});
