import type {
  DrawnDiagram,
  ElementReference,
  PageState,
  PreviewFile,
  ToPage,
} from "../../src/preview/index.js";

/* Checks of what comes into the page: any frame may post a message, and a state may be an older version's. */

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrAbsent = (value: unknown): boolean => value === undefined || isText(value);
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

export function isElement(value: unknown): value is ElementReference {
  if (!isFields(value)) return false;
  return (
    value.kind === "diagram" ||
    (["node", "edge", "part"].some((kind) => kind === value.kind) && Number.isInteger(value.index))
  );
}

function isDiagram(value: unknown): boolean {
  return (
    isFields(value) &&
    [value.name, value.id, value.key, value.facts].every(isText) &&
    isListOf(value.nodes, (node) => isFields(node) && isText(node.name)) &&
    isListOf(value.edges, (edge) => isFields(edge) && isNumber(edge.child) && isNumber(edge.parent)) &&
    isListOf(value.parts, (part) => isFields(part) && isListOf(part.nodes, isNumber)) &&
    isListOf(
      value.marks,
      (mark) => isFields(mark) && isText(mark.message) && isListOf(mark.elements, isElement),
    )
  );
}

function isFile(value: unknown): value is PreviewFile {
  return (
    isFields(value) &&
    isText(value.uri) &&
    isNumber(value.version) &&
    isListOf(value.diagrams, isDiagram) &&
    isListOf(value.landscapes, isText) &&
    isListOf(value.spacetimes, isText)
  );
}

const checks: { readonly [Type in ToPage["type"]]: (message: Fields) => boolean } = {
  file: ({ title, file }) => isText(title) && isFile(file),
  stale: ({ reason }) => isTextOrAbsent(reason),
  cursor: ({ id, element }) => isTextOrAbsent(id) && (element === undefined || isElement(element)),
  show: ({ id }) => isTextOrAbsent(id),
  answer: ({ number }) => isNumber(number),
  failure: ({ number, message }) => isNumber(number) && isText(message),
  command: ({ command }) => isText(command),
};

/** A message of the editor, or nothing when it is none. */
export function readMessage(data: unknown): ToPage | undefined {
  if (!isFields(data) || !isText(data.type) || !Object.hasOwn(checks, data.type)) return undefined;
  return checks[data.type as ToPage["type"]](data) ? (data as unknown as ToPage) : undefined;
}

/** The drawings of an answer; those that are none are left out. */
export function readDrawings(answer: unknown): DrawnDiagram[] {
  if (!isFields(answer) || !Array.isArray(answer.drawings)) return [];
  return answer.drawings.filter((one: unknown): one is DrawnDiagram => {
    if (!isFields(one) || !isText(one.id) || !isText(one.key)) return false;
    if (one.drawing === undefined) return true;
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
  if (!isFields(state) || state.uri !== uri) return empty;
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
