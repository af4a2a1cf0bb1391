import { type AstNode, AstUtils } from "langium";
import { type Declaration, reflection } from "../generated/ast.js";

const known = new WeakMap<Declaration, boolean>();

/**
 * Whether the nodes of a declaration have all that the grammar says they have. In broken text the parser leaves out what it
 * did not find, against the nodes' types; what lacks something is not checked.
 */
export function isWhole(declaration: Declaration): boolean {
  let whole = known.get(declaration);
  if (whole === undefined) {
    whole = AstUtils.streamAst(declaration).every(hasAll);
    known.set(declaration, whole);
  }
  return whole;
}

function hasAll(node: AstNode): boolean {
  const properties = neededOf(node.$type);
  return properties.every((name) => {
    const value = (node as unknown as Record<string, unknown>)[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== "";
  });
}

const needed = new Map<string, readonly string[]>();

function neededOf(type: string): readonly string[] {
  let names = needed.get(type);
  if (names === undefined) {
    const { properties } = reflection.getTypeMetaData(type);
    names = Object.values(properties)
      .filter(({ optional }) => optional !== true)
      .map(({ name }) => name);
    needed.set(type, names);
  }
  return names;
}
