import { isRootAlone, pathViolations } from "../../diagram/index.js";
import { type DiagFile, isDiagramDeclaration } from "../../language/generated/ast.js";
import { checkDiagram, type NamedDiagram } from "../../language/semantics/diagram.js";
import type { DiagLspServices } from "../services.js";

/**
 * In one line why a declaration, as it would be after an edit of the diagram `before`, cannot stand: it
 * breaks a condition that the diagram did not break before.
 */
export function refusalOfResult(
  services: DiagLspServices,
  before: NamedDiagram,
  declaration: string,
): string | undefined {
  const { value, lexerErrors, parserErrors } = services.parser.LangiumParser.parse<DiagFile>(declaration);
  const [parsed] = value.declarations;
  const after =
    isDiagramDeclaration(parsed) && lexerErrors.length + parserErrors.length === 0
      ? checkDiagram(parsed, undefined).value
      : undefined;
  if (!after) {
    return "this cannot be done by hand where the text is written so; edit the text";
  }
  if (!after.train && !isRootAlone(after.diagram)) {
    return "the root would share its part; leave it out, or mark the diagram `train diagram`";
  }
  const violations = pathViolations(after.diagram);
  if (after.multiEpoch || violations.length <= pathViolations(before.diagram).length) {
    return undefined;
  }
  const old = new Set(pathViolations(before.diagram).map(({ path }) => ends(path, before.nodeNames)));
  const { path } = violations.find((one) => !old.has(ends(one.path, after.nodeNames))) ?? violations[0]!;
  const [first, last] = [path[0]!, path.at(-1)!].map((node) => `\`${after.nodeNames[node]}\``);
  return `${first} and ${last} would be in one part and on one path to the root; mark the diagram \`multi_epoch diagram\` if it is for several epochs`;
}

function ends(path: readonly number[], names: readonly string[]): string {
  return `${names[path[0]!]} ${names[path.at(-1)!]}`;
}
