import * as v from "valibot";
import type { DrawnDiagram, ElementReference, PageState, ToPage } from "../../src/preview/index.js";
import { isFields, maybe, number, numbers } from "../../src/shape/index.js";

/*
 * Schemas of what comes into the page, as far as it is used: any frame may post a message, and a state may be an older
 * version's. A file may be large and comes with every key that is typed, so not every place in it is looked at.
 */

const elementSchema = v.custom<ElementReference>(
  (value) =>
    isFields(value) &&
    (value.kind === "diagram" ||
      (["node", "edge", "part"].some((kind) => kind === value.kind) && Number.isInteger(value.index))),
);

const diagramSchema = v.object({
  name: v.string(),
  id: v.string(),
  key: v.string(),
  facts: v.string(),
  nodes: v.array(v.object({ name: v.string() })),
  edges: v.array(v.object({ child: number, parent: number })),
  parts: v.array(v.object({ nodes: numbers })),
  marks: v.array(v.object({ message: v.string(), elements: v.array(elementSchema) })),
});

const fileSchema = v.object({
  uri: v.string(),
  version: number,
  diagrams: v.array(diagramSchema),
  landscapes: v.array(v.string()),
  spacetimes: v.array(v.string()),
  rates: maybe(v.array(v.object({ spacetime: v.string(), landscape: maybe(v.string()), eta: number }))),
  metrics: maybe(v.array(v.string())),
});

const messageSchema = v.variant("type", [
  v.object({ type: v.literal("file"), title: v.string(), file: fileSchema }),
  v.object({ type: v.literal("stale"), reason: maybe(v.string()) }),
  v.object({ type: v.literal("cursor"), id: maybe(v.string()), element: maybe(elementSchema) }),
  v.object({ type: v.literal("show"), id: maybe(v.string()) }),
  v.object({ type: v.literal("rename"), id: maybe(v.string()) }),
  v.object({ type: v.literal("delete"), id: maybe(v.string()) }),
  v.object({ type: v.literal("answer"), number }),
  v.object({ type: v.literal("failure"), number, message: v.string() }),
  v.object({ type: v.literal("command"), command: v.string() }),
]);

const drawnSchema = v.object({
  id: v.string(),
  key: v.string(),
  drawing: maybe(
    v.object({
      width: number,
      height: number,
      nodes: v.array(v.unknown()),
      edges: v.array(v.unknown()),
      outlines: v.array(v.unknown()),
    }),
  ),
});

const cameraSchema = v.object({ x: number, y: number, scale: number });
const selectedSchema = v.object({ id: v.string(), element: elementSchema });
const spacetimeSchema = v.object({
  text: v.string(),
  landscape: maybe(v.string()),
  metric: maybe(v.string()),
});

/** A message of the editor, or nothing when it is none. */
export function readMessage(data: unknown): ToPage | undefined {
  return v.is(messageSchema, data) ? (data as ToPage) : undefined;
}

/** The drawings of an answer; those that are none are left out. */
export function readDrawings(answer: unknown): DrawnDiagram[] {
  if (!isFields(answer) || !Array.isArray(answer.drawings)) {
    return [];
  }
  return answer.drawings.filter((one): one is DrawnDiagram => v.is(drawnSchema, one));
}

/** What an earlier page of this file kept, as far as it can be read. */
export function readState(state: unknown, uri: string): PageState {
  const empty: PageState = { uri, search: "", scroll: 0, cameras: {} };
  if (!isFields(state) || state.uri !== uri) {
    return empty;
  }
  const { id, search, scroll, cameras, selected, spacetime } = state;
  const read = isFields(cameras) ? Object.entries(cameras).filter(([, one]) => v.is(cameraSchema, one)) : [];
  return {
    ...empty,
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof search === "string" ? { search } : {}),
    ...(v.is(number, scroll) ? { scroll } : {}),
    cameras: Object.fromEntries(read) as PageState["cameras"],
    ...(v.is(selectedSchema, selected) ? { selected: { id: selected.id, element: selected.element } } : {}),
    ...(v.is(spacetimeSchema, spacetime)
      ? { spacetime: spacetime as NonNullable<PageState["spacetime"]> }
      : {}),
  };
}
