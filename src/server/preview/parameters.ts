import {
  type PageRequest,
  type PreviewRequests,
  parsePageRequest,
  parsePosition,
} from "../../preview/index.js";
import { isAddress } from "./freshness.js";

type Method = keyof PreviewRequests;

/** The parameters of a request, when they are well formed, with the fields of its kind only. */
export type ParameterReaders = {
  readonly [M in Method]: (given: unknown) => PreviewRequests[M]["parameters"] | undefined;
};

type Fields = Readonly<Record<string, unknown>>;

const longestAddress = 10_000; // characters

/** What clients say is judged as the words of strangers: a page behind them shows texts from anywhere. */
export const parameterReaders: ParameterReaders = {
  file: (given) => withAddress(given, () => ({})),
  draw: (given) => withAddress(given, (fields) => asPageRequest("draw", fields)),
  hover: (given) => withAddress(given, (fields) => asPageRequest("hover", fields)),
  rename: (given) => withAddress(given, (fields) => asPageRequest("rename", fields)),
  edit: (given) => withAddress(given, (fields) => asPageRequest("edit", fields)),
  export: (given) => withAddress(given, (fields) => asPageRequest("export", fields)),
  embeddings: (given) =>
    withAddress(given, (fields) => asPageRequest("embeddings", { question: fields })?.question),
  insert: (given) =>
    withAddress(given, (fields) => {
      const position = parsePosition(fields.position);
      const request = asPageRequest("insert", fields);
      return fields.position !== undefined && !position
        ? undefined
        : request && { ...request, ...(position ? { position } : {}) };
    }),
};

function withAddress<Rest>(
  given: unknown,
  read: (fields: Fields) => Rest | undefined,
): (Rest & { readonly uri: string }) | undefined {
  if (typeof given !== "object" || given === null) {
    return undefined;
  }
  const { uri } = given as Fields;
  const rest =
    typeof uri === "string" && uri.length <= longestAddress && isAddress(uri)
      ? read(given as Fields)
      : undefined;
  return rest && { ...rest, uri: uri as string };
}

/** The fields that a page's request of this method has, without the method itself. */
function asPageRequest<M extends PageRequest["method"]>(
  method: M,
  fields: Fields,
): Omit<Extract<PageRequest, { readonly method: M }>, "method"> | undefined {
  const request = parsePageRequest({ ...fields, method });
  if (!request) {
    return undefined;
  }
  const { method: _, ...rest } = request;
  return rest as unknown as Omit<Extract<PageRequest, { readonly method: M }>, "method">;
}
