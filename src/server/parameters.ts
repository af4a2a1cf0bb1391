import * as v from "valibot";
import { count, isFields } from "../shape/index.js";
import { isAddress } from "./preview/freshness.js";

// What the protocol says of the parameters of requests and notifications, as far as handlers use them: a field has one meaning
// wherever it stands, so that one list serves all methods. Handlers behind it read fields without a doubt.

const place = v.object({ line: count, character: count });
const range = v.object({ start: place, end: place });
const edit = v.object({ text: v.string(), range: v.optional(range) });
const address = v.custom<string>((value) => typeof value === "string" && isAddress(value));
const atAddress = v.looseObject({ uri: address });

/** What a field holds where it is there. */
const fields: Readonly<Record<string, v.GenericSchema>> = {
  textDocument: atAddress,
  item: atAddress,
  position: place,
  positions: v.array(place),
  range,
  options: v.looseObject({ tabSize: v.optional(count), insertSpaces: v.optional(v.boolean()) }),
  context: v.looseObject({
    diagnostics: v.optional(v.array(v.looseObject({ range, message: v.string() }))),
    only: v.optional(v.array(v.string())),
    includeDeclaration: v.optional(v.boolean()),
  }),
  newName: v.string(),
  query: v.string(),
  contentChanges: v.array(edit),
  changes: v.array(atAddress),
  files: v.array(
    v.looseObject({ uri: v.optional(address), oldUri: v.optional(address), newUri: v.optional(address) }),
  ),
  event: v.object({ added: v.array(atAddress), removed: v.array(atAddress) }),
  settings: v.any(),
};

const atPlace = ["textDocument", "position"] as const;
const ofDocument = ["textDocument"] as const;

/** Which fields a method cannot do without, by the end of its name or of its handler's. */
const needed: readonly (readonly [method: RegExp, names: readonly (keyof typeof fields)[]])[] = [
  [/(?:onRenameRequest|\/rename)$/, [...atPlace, "newName"]],
  [/references$/i, [...atPlace, "context"]],
  [
    /(?:completion|hover|definition|declaration|implementation|typeDefinition|prepareCallHierarchy|documentHighlight|prepareRename|signatureHelp|linkedEditingRange|onTypeFormatting)$/i,
    atPlace,
  ],
  [/rangeFormatting$/i, ["textDocument", "range", "options"]],
  [/formatting$/i, ["textDocument", "options"]],
  [/codeAction$/i, ["textDocument", "range", "context"]],
  [/(?:inlayHint|onRange)$/i, ["textDocument", "range"]],
  [/selectionRanges?$/i, ["textDocument", "positions"]],
  [/(?:documentSymbol|foldingRanges?|codeLens|documentLinks?|semanticTokens\/[\w/]+)$/i, ofDocument],
  [/workspace\/?symbol$/i, ["query"]],
  [/(?:didOpen|didSave|didClose|willSave)TextDocument(?:WaitUntil)?$/i, ofDocument],
  [/(?:incoming|outgoing)Calls$/i, ["item"]],
  [/RenameFiles$/i, ["files"]],
  [/didChangeTextDocument$/i, ["textDocument", "contentChanges"]],
  [/didChangeWatchedFiles$/i, ["changes"]],
  [/didChangeWorkspaceFolders$/i, ["event"]],
  [/didChangeConfiguration$/i, ["settings"]],
];

/** What else stands beside the address of a document. */
const details = [
  [/didOpenTextDocument$/i, v.looseObject({ text: v.string() }), "a text"],
  [/didChangeTextDocument$/i, v.looseObject({ version: v.pipe(v.number(), v.integer()) }), "a version"],
] as const;

/**
 * What is wrong with a message's parameters, in one line; `undefined` where nothing is.
 * @param method its name in the protocol, or its handler's: `textDocument/hover`, `onHover`.
 */
export function faultOfParameters(method: string, parameters: unknown): string | undefined {
  // Requests that are not the protocol's own have their own judges, whatever their names end with.
  const isOwn = /^diag\//.test(method);
  const names = isOwn ? [] : (needed.find(([name]) => name.test(method))?.[1] ?? []);
  if (parameters === undefined || parameters === null) {
    return names.length === 0 ? undefined : `${method} needs ${names.join(" and ")}`;
  }
  if (!isFields(parameters)) {
    return `the parameters of ${method} are no object with fields`;
  }
  const missing = names.find((name) => parameters[name] === undefined);
  if (missing !== undefined) {
    return `${method} needs ${missing}`;
  }
  const strange = Object.keys(fields).find(
    (name) => !isOwn && parameters[name] !== undefined && !v.is(fields[name]!, parameters[name]),
  );
  if (strange !== undefined) {
    return `${strange} of ${method} is not what the protocol says`;
  }
  const lacking = details.find(([name, shape]) => name.test(method) && !v.is(shape, parameters.textDocument));
  return lacking && `${method} needs ${lacking[2]}`;
}
