import { isFields, isOneOf, isTextUpTo } from "../shape/index.js";
import { type FromResultsPage, resultFormats } from "./messages.js";
import { isId } from "./model-check.js";

const isName = isTextUpTo(10_000);
/** A large PNG as base64 is long. */
const isText = isTextUpTo(100_000_000);
const isFormat = isOneOf(...resultFormats);

/**
 * What the results page says, when it is well formed, with the fields of its kind only. A page shows text of
 * files from anywhere, so its words are judged as those of a stranger.
 * @returns `undefined` for anything else.
 */
export function parseFromResultsPage(message: unknown): FromResultsPage | undefined {
  if (!isFields(message)) {
    return undefined;
  }
  const { type, id } = message;
  switch (type) {
    case "ready":
    case "clear":
      return { type };
    case "load":
    case "delete":
    case "cancel":
    case "resume":
      return isId(id) ? { type, id } : undefined;
    case "shows":
      if (id === undefined) {
        return { type };
      }
      return isId(id) ? { type, id } : undefined;
    case "rerun": {
      const { trials, precise } = message;
      if (!isId(id) || !(trials === undefined || isTrials(trials))) {
        return undefined;
      }
      if (precise !== undefined && precise !== true) {
        return undefined;
      }
      return { type, id, ...(trials === undefined ? {} : { trials }), ...(precise ? { precise } : {}) };
    }
    case "reveal": {
      const { where } = message;
      if (!isId(id) || (where !== "text" && where !== "preview")) {
        return undefined;
      }
      if (message.diagram === undefined) {
        return { type, id, where };
      }
      const diagram = parseDiagram(message.diagram);
      return diagram && { type, id, diagram, where };
    }
    case "copy":
      return isText(message.text) ? { type, text: message.text } : undefined;
    case "save": {
      const { suggestedName, format, content } = message;
      if (!isName(suggestedName) || !isText(content) || !isFormat(format)) {
        return undefined;
      }
      if (format === "png" && !/^[A-Za-z0-9+/]*={0,2}$/.test(content)) {
        return undefined;
      }
      return { type, suggestedName, format, content };
    }
    default:
      return undefined;
  }
}

function parseDiagram(value: unknown): { readonly shortForm: string; readonly name?: string } | undefined {
  if (!isFields(value) || !isName(value.shortForm)) {
    return undefined;
  }
  if (value.name === undefined) {
    return { shortForm: value.shortForm };
  }
  return isName(value.name) ? { shortForm: value.shortForm, name: value.name } : undefined;
}

function isTrials(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
