import { isAbsentOr, isCount, isFields, isListOf, isNumber, isOneOf, isTextUpTo } from "../shape/index.js";
import type { DiagramEdit } from "./edits.js";
import type { FromPage, PageRequest, PageState } from "./messages.js";
import type { ElementReference, TextPosition } from "./model.js";
import { exportFormats } from "./requests.js";

// Far above what a page sends, far below what hurts.
const mostItems = 100_000;
const isName = isTextUpTo(10_000);
/** A large PNG as base64 is long. */
const isText = isTextUpTo(100_000_000);
const isNames = isListOf(isName, mostItems);
const isCounts = isListOf(isCount, mostItems);
const isNameOrAbsent = isAbsentOr(isName);
const isNumberOrAbsent = isAbsentOr(isNumber);
const isExportFormat = isOneOf(...exportFormats);

/**
 * What a page says, when it is well formed: with the fields of its kind only, which hold what they should.
 * A page shows text of files from anywhere, so its words are judged as those of a stranger.
 * @returns `undefined` for anything else.
 */
export function parseFromPage(message: unknown): FromPage | undefined {
  if (!isFields(message)) {
    return undefined;
  }
  const { type } = message;
  if (type === "ready") {
    return { type };
  }
  if (type === "shows") {
    return isNameOrAbsent(message.id) ? { type, ...withId(message.id) } : undefined;
  }
  if (type === "select") {
    const { id, focus } = message;
    const element = parseElement(message.element);
    if (!isName(id) || element === undefined || typeof focus !== "boolean") {
      return undefined;
    }
    return { type, id, element, focus };
  }
  if (type === "request") {
    const { number } = message;
    const request = parsePageRequest(message.request);
    return isCount(number) && request !== undefined ? { type, number, request } : undefined;
  }
  return undefined;
}

/**
 * Of which file and which diagram a kept state speaks, when it speaks of one: to restore a panel.
 * @returns `undefined` when it is no state of ours.
 */
export function parsePageState(state: unknown): Pick<PageState, "uri" | "id"> | undefined {
  if (!isFields(state) || !isName(state.uri) || state.uri === "") {
    return undefined;
  }
  return { uri: state.uri, ...(isName(state.id) ? { id: state.id } : {}) };
}

/** A request of a page's, when it is well formed, with the fields of its method only. */
export function parsePageRequest(request: unknown): PageRequest | undefined {
  if (!isFields(request)) {
    return undefined;
  }
  const { method } = request;
  switch (method) {
    case "draw":
      return isNames(request.ids) ? { method, ids: [...request.ids] } : undefined;
    case "hover": {
      const position = parsePosition(request.position);
      return position && { method, position };
    }
    case "embeddings": {
      const question = parseQuestion(request.question);
      return question && { method, question };
    }
    case "edit": {
      const { version, id } = request;
      const edit = parseEdit(request.edit);
      return isCount(version) && isName(id) && edit ? { method, version, id, edit } : undefined;
    }
    case "insert": {
      const { version, shortForm } = request;
      return isCount(version) && isText(shortForm) ? { method, version, shortForm } : undefined;
    }
    case "export": {
      const { id, format } = request;
      return isName(id) && isExportFormat(format) ? { method, id, format } : undefined;
    }
    case "copy":
      return isText(request.text) ? { method, text: request.text } : undefined;
    case "save": {
      const { suggestedName, format, content } = request;
      if (!isName(suggestedName) || !isText(content)) {
        return undefined;
      }
      if (format === "png") {
        return isBase64(content) ? { method, suggestedName, format, content } : undefined;
      }
      return isExportFormat(format) ? { method, suggestedName, format, content } : undefined;
    }
    default:
      return undefined;
  }
}

function parseQuestion(
  question: unknown,
): Extract<PageRequest, { readonly method: "embeddings" }>["question"] | undefined {
  if (!isFields(question)) {
    return undefined;
  }
  const { id, spacetime, landscape, eta, first, count } = question;
  if (!isName(id) || !isName(spacetime) || !isNameOrAbsent(landscape)) {
    return undefined;
  }
  if (!isNumberOrAbsent(eta) || !isName(first) || !/^\d+$/.test(first) || !isCount(count)) {
    return undefined;
  }
  return {
    id,
    spacetime,
    ...(landscape === undefined ? {} : { landscape }),
    ...(eta === undefined ? {} : { eta }),
    first,
    count,
  };
}

function parseEdit(edit: unknown): DiagramEdit | undefined {
  if (!isFields(edit)) {
    return undefined;
  }
  const { kind, node, parent, nodes } = edit;
  switch (kind) {
    case "addChild":
      return isCount(parent) ? { kind, parent } : undefined;
    case "reattach":
      return isCount(node) && isCount(parent) ? { kind, node, parent } : undefined;
    case "group":
      return isCounts(nodes) ? { kind, nodes: [...nodes] } : undefined;
    case "ungroup":
    case "contract":
    case "remove":
      return isCount(node) ? { kind, node } : undefined;
    default:
      return undefined;
  }
}

function parseElement(element: unknown): ElementReference | undefined {
  if (!isFields(element)) {
    return undefined;
  }
  const { kind, index } = element;
  if (kind === "diagram") {
    return { kind };
  }
  if (kind !== "node" && kind !== "edge" && kind !== "part") {
    return undefined;
  }
  return isCount(index) ? { kind, index } : undefined;
}

/** A place in a text, when it is one. */
export function parsePosition(position: unknown): TextPosition | undefined {
  if (!isFields(position)) {
    return undefined;
  }
  const { line, character } = position;
  return isCount(line) && isCount(character) ? { line, character } : undefined;
}

function withId(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
