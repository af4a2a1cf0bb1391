import type { LangiumDocument, URI } from "langium";
import {
  type DataStatement,
  type DiagFile,
  isDataStatement,
  isFileStart,
  isWeightsStatement,
  type LandscapeDeclaration,
} from "../generated/ast.js";
import { uriBeside } from "../paths.js";
import { ProblemList } from "../problem.js";
import { type DataUse, keyOf, type RowsUse, type TableUse, type TensorUse } from "../read-sources.js";
import type { SymbolMeaning, SymbolOf } from "../semantics/expression.js";
import { constantMeaning, ParamValues } from "../semantics/params.js";
import { checkShape, checkWhole } from "../semantics/tensors/shape.js";
import { byName, landscapeSymbols } from "./declared.js";

/** The format of files of which columns are taken by position. */
const tables = "csv";

/** What a document's landscapes take from files of data; each once. */
export function dataUses(document: LangiumDocument): DataUse[] {
  const file = document.parseResult.value as DiagFile;
  const uses = new Map<string, DataUse>();
  for (const declaration of file.declarations ?? []) {
    if (declaration.$type === "LandscapeDeclaration") {
      for (const use of usesOf(document.uri, declaration)) {
        uses.set(keyOf(use), use);
      }
    }
  }
  return [...uses.values()];
}

/** What a landscape takes from files. @param uri of its document, whose names need not be linked. */
export function usesOf(uri: URI, declaration: LandscapeDeclaration): DataUse[] {
  const constants = constantsOf(declaration);
  return declaration.statements.flatMap((statement): DataUse[] => {
    if (isDataStatement(statement)) {
      const use = tableUse(uri, statement) ?? rowsUse(uri, statement, constants);
      return use === undefined ? [] : [use];
    }
    return isWeightsStatement(statement)
      ? statement.weights.flatMap(({ start }) =>
          isFileStart(start) ? (startUse(uri, start.path, start.tensor) ?? []) : [],
        )
      : [];
  });
}

/** The columns by name that a statement takes from a table, if it does. @param uri of its document. */
export function tableUse(uri: URI, { path, columns }: DataStatement): TableUse | undefined {
  const names = columns.map(({ name }: { readonly name?: string }) => name ?? "");
  return path && names.length > 0 && !names.includes("") && columns.every(({ shape }) => shape === undefined)
    ? { uri: uriBeside(uri, path), names }
    : undefined;
}

/** What constants of a landscape's statements mean. */
export interface Constants {
  readonly constant: SymbolMeaning;
  readonly symbolOf?: SymbolOf;
}

/** The rows that a statement takes from files, if it does and its constants are sound. @param uri of its document. */
export function rowsUse(
  uri: URI,
  { path, reader, columns, take }: DataStatement,
  { constant, symbolOf }: Constants,
): RowsUse | undefined {
  const paths = reader?.paths ?? (path === undefined ? [] : [path]);
  const problems = new ProblemList();
  const asked = columns.flatMap(
    ({ name, shape: written }: { name?: string; shape?: (typeof columns)[0]["shape"] }) => {
      const shape = checkShape(written, constant, problems, symbolOf);
      return name === undefined || shape === undefined ? [] : [{ name, shape }];
    },
  );
  const rows = take && checkWhole(take, 1, "", { constant, problems, symbolOf });
  const isSound =
    asked.length === columns.length && asked.length > 0 && (take === undefined || rows !== undefined);
  return isSound && paths.length > 0 && paths.every((one) => one !== "")
    ? {
        format: reader?.format ?? tables,
        uris: paths.map((one) => uriBeside(uri, one)),
        columns: asked,
        ...(rows === undefined ? {} : { take: rows }),
      }
    : undefined;
}

/** The tensor at which a weight starts. @param uri of its document. */
export function startUse(uri: URI, path: string, tensor: string | undefined): TensorUse | undefined {
  return path ? { uri: uriBeside(uri, path), tensor } : undefined;
}

/** Params of a landscape whose names are not linked yet, read when they are asked for. */
function constantsOf(declaration: LandscapeDeclaration): Constants {
  let symbols: ReturnType<typeof byName> | undefined;
  const symbolOf = ((place) => {
    symbols ??= byName(landscapeSymbols(declaration));
    const name = place.symbol?.$refText;
    return name === undefined ? undefined : symbols.get(name);
  }) as SymbolOf;
  let meaning: SymbolMeaning | undefined;
  return {
    constant: (symbol, place) => {
      const elsewhere = new ProblemList();
      meaning ??= constantMeaning(new ParamValues(declaration, elsewhere, undefined, symbolOf), elsewhere);
      return meaning(symbol, place);
    },
    symbolOf,
  };
}
