import type { DrawnDiagram, ElementReference, PageState, ToPage } from "../../src/preview/index.js";
import {
  hasFields,
  hasKind,
  isAbsentOr,
  isFields,
  isListOf,
  isNumber,
  isText,
} from "../../src/shape/index.js";

/* Checks of what comes into the page: any frame may post a message, and a state may be an older version's. */

const isTextOrAbsent = isAbsentOr(isText);

export function isElement(value: unknown): value is ElementReference {
  if (!isFields(value)) {
    return false;
  }
  return (
    value.kind === "diagram" ||
    (["node", "edge", "part"].some((kind) => kind === value.kind) && Number.isInteger(value.index))
  );
}

const isDiagram = hasFields({
  name: isText,
  id: isText,
  key: isText,
  facts: isText,
  nodes: isListOf(hasFields({ name: isText })),
  edges: isListOf(hasFields({ child: isNumber, parent: isNumber })),
  parts: isListOf(hasFields({ nodes: isListOf(isNumber) })),
  marks: isListOf(hasFields({ message: isText, elements: isListOf(isElement) })),
});

const isFile = hasFields({
  uri: isText,
  version: isNumber,
  diagrams: isListOf(isDiagram),
  landscapes: isListOf(isText),
  spacetimes: isListOf(isText),
});

const isMessage = hasKind<ToPage["type"]>("type", {
  file: hasFields({ title: isText, file: isFile }),
  stale: hasFields({ reason: isTextOrAbsent }),
  cursor: hasFields({ id: isTextOrAbsent, element: isAbsentOr(isElement) }),
  show: hasFields({ id: isTextOrAbsent }),
  answer: hasFields({ number: isNumber }),
  failure: hasFields({ number: isNumber, message: isText }),
  command: hasFields({ command: isText }),
});

/** A message of the editor, or nothing when it is none. */
export function readMessage(data: unknown): ToPage | undefined {
  return isMessage(data) ? (data as ToPage) : undefined;
}

/** The drawings of an answer; those that are none are left out. */
export function readDrawings(answer: unknown): DrawnDiagram[] {
  if (!isFields(answer) || !Array.isArray(answer.drawings)) {
    return [];
  }
  return answer.drawings.filter((one: unknown): one is DrawnDiagram => {
    if (!isFields(one) || !isText(one.id) || !isText(one.key)) {
      return false;
    }
    if (one.drawing === undefined) {
      return true;
    }
    const { drawing } = one;
    return (
      isFields(drawing) &&
      isNumber(drawing.width) &&
      isNumber(drawing.height) &&
      [drawing.nodes, drawing.edges, drawing.outlines].every(Array.isArray)
    );
  });
}

/** What an earlier page of this file kept, as far as it can be read. */
export function readState(state: unknown, uri: string): PageState {
  const empty: PageState = { uri, search: "", scroll: 0, cameras: {} };
  if (!isFields(state) || state.uri !== uri) {
    return empty;
  }
  const { id, search, scroll, cameras, selected, spacetime } = state;
  const isCamera = (camera: unknown): boolean =>
    isFields(camera) && [camera.x, camera.y, camera.scale].every(isNumber);
  const read = isFields(cameras) ? Object.entries(cameras).filter(([, camera]) => isCamera(camera)) : [];
  return {
    ...empty,
    ...(isText(id) ? { id } : {}),
    ...(isText(search) ? { search } : {}),
    ...(isNumber(scroll) ? { scroll } : {}),
    cameras: Object.fromEntries(read) as PageState["cameras"],
    ...(isFields(selected) && isText(selected.id) && isElement(selected.element)
      ? { selected: { id: selected.id, element: selected.element } }
      : {}),
    ...(isFields(spacetime) && isText(spacetime.text) && isTextOrAbsent(spacetime.landscape)
      ? { spacetime: spacetime as unknown as NonNullable<PageState["spacetime"]> }
      : {}),
  };
}
