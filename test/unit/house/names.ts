import { observableRecords } from "../../../src/observables/index.js";
import { optimisers } from "../../../src/optimisers/index.js";
import { type Sources, stripSource } from "./imports.js";

/** Things of a kind, whose names are spelled in their records' files and nowhere else. */
export interface NamedKind {
  /** For people: what one of them is called. */
  readonly kind: string;
  readonly names: readonly string[];
  /** Where the records' files are, with a `/` at its end; or their one file. */
  readonly home: string;
}

/** Every kind that has records. */
export const namedKinds: readonly NamedKind[] = [
  { kind: "observable", names: observableRecords.map(({ name }) => name), home: "src/observables/" },
  { kind: "optimiser", names: optimisers.map(({ name }) => name), home: "src/optimisers/" },
];

/** A name as a word of code: one that could be a word of prose counts only between quotes or backticks. */
function spelling(name: string): RegExp {
  return name.includes("_") ? new RegExp(`\\b${name}\\b`) : new RegExp(`["'\`]${name}\\\\?["'\`(]`);
}

/** Names that are spelled where no record of theirs is, or in two files, one line each. */
export function faultsOfNames(sources: Sources, kinds: readonly NamedKind[] = namedKinds): string[] {
  const bare = [...sources].map(([path, text]): [string, string] => [path, stripSource(text, true)]);
  return kinds.flatMap(({ kind, names, home }) =>
    names.flatMap((name) => {
      const found = bare.filter(([, text]) => spelling(name).test(text)).map(([path]) => path);
      const own = found.filter((path) => path.startsWith(home));
      return [
        ...found
          .filter((path) => !path.startsWith(home))
          .map((path) => `${path} spells ${name}; ask the ${kind}'s record in ${home}`),
        ...(own.length > 1
          ? [`${own.join(" and ")} both spell the ${kind} ${name}; one file is its record's`]
          : []),
        ...(own.length === 0 ? [`no file in ${home} spells the ${kind} ${name}`] : []),
      ];
    }),
  );
}
