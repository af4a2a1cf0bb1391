import { dirname, posix } from "node:path";
import {
  type CallExpression,
  type Expression,
  type NewExpression,
  type Node,
  type Program,
  parse,
} from "acorn";
import { simple } from "acorn-walk";
import { transform } from "esbuild";
import { analyse } from "scslre";
import type { Sources } from "./imports.js";

/** A regular expression of a source; what is known only when it is made stands in it as a word. */
export interface FoundExpression {
  readonly path: string;
  readonly pattern: string;
  readonly flags: string;
}

/** What takes the text of an expression, with the flags that it has where none are given. */
const makers = new Map([
  ["RegExp", ""],
  ["matchAt", "uy"],
  ["matchBefore", "u"],
]);

const unknown = "unknown";

/** Sources as programs that were read, with what they name. */
class Programs {
  private readonly read = new Map<string, Program>();
  private readonly constants = new Map<string, Map<string, Expression>>();
  private readonly imported = new Map<
    string,
    Map<string, { readonly path: string; readonly name: string }>
  >();

  static async of(sources: Sources): Promise<Programs> {
    const programs = new Programs();
    await Promise.all(
      [...sources].map(async ([path, text]) => {
        const { code } = await transform(text, { loader: "ts", target: "esnext" });
        programs.add(path, parse(code, { ecmaVersion: "latest", sourceType: "module" }));
      }),
    );
    return programs;
  }

  private add(path: string, program: Program): void {
    const constants = new Map<string, Expression>();
    const imported = new Map<string, { readonly path: string; readonly name: string }>();
    simple(program, {
      VariableDeclarator({ id, init }) {
        if (id.type === "Identifier" && init) {
          constants.set(id.name, init);
        }
      },
      ImportDeclaration({ source, specifiers }) {
        const from = posix.join(dirname(path), String(source.value)).replace(/\.js$/, ".ts");
        for (const specifier of specifiers) {
          if (specifier.type === "ImportSpecifier" && specifier.imported.type === "Identifier") {
            imported.set(specifier.local.name, { path: from, name: specifier.imported.name });
          }
        }
      },
    });
    this.read.set(path, program);
    this.constants.set(path, constants);
    this.imported.set(path, imported);
  }

  expressions(): FoundExpression[] {
    const found: FoundExpression[] = [];
    for (const [path, program] of this.read) {
      const take = (node: CallExpression | NewExpression): void => {
        const flags = node.callee.type === "Identifier" ? makers.get(node.callee.name) : undefined;
        const [pattern, given] = node.arguments;
        if (flags !== undefined && pattern !== undefined && pattern.type !== "SpreadElement") {
          const isSaid =
            given !== undefined && given.type !== "SpreadElement" && node.type === "NewExpression";
          const own = isSaid ? this.text(given, path) : flags;
          found.push({ path, pattern: this.text(pattern, path), flags: own === unknown ? "u" : own });
        }
      };
      simple(program, {
        Literal({ regex }) {
          if (regex) {
            found.push({ path, ...regex });
          }
        },
        CallExpression: take,
        NewExpression: take,
      });
    }
    return found;
  }

  /** What an expression is, as far as it can be told from the sources. */
  private text(node: Node, path: string, depth = 0): string {
    const one = node as Expression;
    if (depth > 20) {
      return unknown;
    }
    const inner = (part: Node): string => this.text(part, path, depth + 1);
    switch (one.type) {
      case "Literal":
        return one.regex?.pattern ?? String(one.value);
      case "TemplateLiteral":
        return one.quasis
          .map(({ value }, place) => {
            const next = one.expressions[place];
            return (value.cooked ?? value.raw) + (next === undefined ? "" : inner(next));
          })
          .join("");
      case "TaggedTemplateExpression":
        // As it is written: `String.raw` is the only one.
        return one.quasi.quasis
          .map(({ value }, place) => {
            const next = one.quasi.expressions[place];
            return value.raw + (next === undefined ? "" : inner(next));
          })
          .join("");
      case "BinaryExpression":
        return one.operator === "+" ? inner(one.left) + inner(one.right) : unknown;
      case "MemberExpression":
        return one.property.type === "Identifier" && one.property.name === "source"
          ? inner(one.object)
          : unknown;
      case "CallExpression":
        return this.joined(one, path, depth);
      case "Identifier": {
        const own = this.constants.get(path)?.get(one.name);
        const other = this.imported.get(path)?.get(one.name);
        const theirs = other && this.constants.get(other.path)?.get(other.name);
        return own ? inner(own) : theirs ? this.text(theirs, other.path, depth + 1) : unknown;
      }
      default:
        return unknown;
    }
  }

  /** `[…].join("…")` of what can be told. */
  private joined({ callee, arguments: [by] }: CallExpression, path: string, depth: number): string {
    if (callee.type !== "MemberExpression" || callee.object.type !== "ArrayExpression" || by === undefined) {
      return unknown;
    }
    const isJoin = callee.property.type === "Identifier" && callee.property.name === "join";
    const parts = callee.object.elements.map((part) => (part ? this.text(part, path, depth + 1) : ""));
    return isJoin ? parts.join(this.text(by, path, depth + 1)) : unknown;
  }
}

export async function expressionsOf(sources: Sources): Promise<FoundExpression[]> {
  return (await Programs.of(sources)).expressions();
}

/** Whether a text of some thirty signs may hold an expression for ever: it can be divided in ways whose number doubles with each. */
export function isExponential({ pattern, flags }: Pick<FoundExpression, "pattern" | "flags">): boolean {
  const { reports } = analyse({ source: pattern, flags }, { assumeRejectingSuffix: true });
  return reports.some(({ exponential }) => exponential);
}
