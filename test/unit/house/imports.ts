import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";

/** A source by its path from the root of the repository, with `/` between folders. */
export type Sources = ReadonlyMap<string, string>;

/** All TypeScript of some folders, without what a tool generated. */
export function readSources(root: string, folders: readonly string[]): Sources {
  const sources = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "generated" && entry.name !== "node_modules") {
          visit(path);
        }
      } else if (/\.[cm]?tsx?$/.test(entry.name)) {
        sources.set(relative(root, path).split(sep).join("/"), readFileSync(path, "utf8"));
      }
    }
  };
  for (const folder of folders) {
    if (existsSync(join(root, folder))) {
      visit(join(root, folder));
    }
  }
  return sources;
}

/**
 * A source with its comments blanked out, and with its strings blanked out too or kept. Template
 * literals count as strings with code in their `${…}`; regular expressions as code.
 */
export function stripSource(source: string, keepStrings: boolean): string {
  let out = "";
  let index = 0;
  const nesting: number[] = []; // depth of braces inside each open `${`
  const blank = (text: string): string => text.replace(/[^\n]/g, " ");
  const template = (): void => {
    const from = index;
    while (index < source.length && source[index] !== "`") {
      if (source.startsWith("${", index)) {
        out += keepStrings ? source.slice(from, index) : blank(source.slice(from, index));
        out += "${";
        index += 2;
        nesting.push(0);
        return;
      }
      index += source[index] === "\\" ? 2 : 1;
    }
    out += keepStrings ? source.slice(from, index) : blank(source.slice(from, index));
    out += "`";
    index++;
  };
  while (index < source.length) {
    const rest = source.slice(index, index + 2);
    if (rest === "//" || rest === "/*") {
      const end = source.indexOf(rest === "//" ? "\n" : "*/", index + 2);
      const next = end === -1 ? source.length : rest === "//" ? end : end + 2;
      out += blank(source.slice(index, next));
      index = next;
      continue;
    }
    const character = source[index]!;
    const pattern = character === "/" ? patternAt(source, index, out) : undefined;
    if (pattern !== undefined) {
      out += keepStrings ? pattern : blank(pattern);
      index += pattern.length;
    } else if (character === '"' || character === "'") {
      let end = index + 1;
      while (end < source.length && source[end] !== character && source[end] !== "\n") {
        end += source[end] === "\\" ? 2 : 1;
      }
      const text = source.slice(index + 1, end);
      out += character + (keepStrings ? text : blank(text)) + (source[end] ?? "");
      index = end + 1;
    } else if (character === "`") {
      out += "`";
      index++;
      template();
    } else {
      const depth = nesting.at(-1);
      out += character;
      index++;
      if (depth === undefined) {
        continue;
      }
      if (character === "{") {
        nesting[nesting.length - 1] = depth + 1;
      } else if (character === "}" && depth > 0) {
        nesting[nesting.length - 1] = depth - 1;
      } else if (character === "}") {
        nesting.pop();
        template();
      }
    }
  }
  return out;
}

/** The regular expression literal that starts at a slash; `undefined` when the slash divides. */
function patternAt(source: string, index: number, before: string): string | undefined {
  if (
    !/(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|yield))\s*$/.test(before.slice(-40))
  ) {
    return undefined;
  }
  return /^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/.exec(source.slice(index, index + 4000))?.[0];
}

export interface ImportOf {
  /** What is written between the quotes. */
  readonly specifier: string;
  /** The imported source of this repository; `undefined` for a package. */
  readonly source: string | undefined;
}

/** All imports of a source: `import`, `export … from`, `import(…)`, `import x = require(…)` and `require(…)`. */
export function importsOf(path: string, source: string, sources: Sources): ImportOf[] {
  const code = stripSource(source, true);
  const bare = stripSource(source, false);
  const found: ImportOf[] = [];
  const declaration = /\b(?:import|export)\b[^;"'`()=]*?(?:\bfrom\s*)?(["'])/g;
  const call = /\b(?:import|require)\s*\(\s*(["'`])/g;
  const add = (at: number): void => {
    const quote = code[at]!;
    const specifier = code.slice(at + 1, code.indexOf(quote, at + 1));
    found.push({ specifier, source: resolve(path, specifier, sources) });
  };
  for (const match of bare.matchAll(declaration)) {
    const clause = match[0];
    if (!/\bfrom\s*["']$/.test(clause) && !/^import\s*["']$/.test(clause)) {
      continue;
    }
    add(match.index + clause.length - 1);
  }
  for (const match of bare.matchAll(call)) {
    add(match.index + match[0].length - 1);
  }
  return found;
}

function resolve(path: string, specifier: string, sources: Sources): string | undefined {
  if (!specifier.startsWith(".")) {
    return undefined;
  }
  const target = posix.normalize(posix.join(dirname(path), specifier));
  const candidates = [target.replace(/\.js$/, ".ts"), target.replace(/\.js$/, ".tsx"), target];
  return candidates.find((candidate) => sources.has(candidate)) ?? target;
}
