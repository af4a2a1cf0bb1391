import type { AnyMetric } from "../../landscape/index.js";
import { type DiagFile, isMetricChoice, isVerifyDeclaration } from "../generated/ast.js";
import { ProblemList } from "../problem.js";
import type { DiagServices } from "../services.js";
import { checkMetric, type MetricWeights } from "./metric.js";

/** A metric that stands alone is short; longer texts are not read. */
const longestText = 20_000;

/** A metric that stands alone, such as `diag(2, 1)`, read as behind `metric` in a verify; or in one line what is wrong with it. */
export function readMetric(
  services: DiagServices,
  text: string,
  over: MetricWeights,
): { readonly metric: AnyMetric } | { readonly problem: string } {
  const weight = over.weights[0] ?? "u";
  const example = `write one such as \`diag(2, 1)\`, \`[2, 1/4; 1/4, 1]\` or \`${weight}: 2\``;
  if (text.length > longestText) {
    return { problem: `this is too long for a metric; ${example}` };
  }
  // The line break ends a comment that the text may leave open.
  const { value, lexerErrors, parserErrors } = services.parser.LangiumParser.parse<DiagFile>(
    `verify v { metric ${text}\n}`,
  );
  const [verify, ...others] = value.declarations;
  const [choice, ...more] = verify && isVerifyDeclaration(verify) ? verify.statements : [];
  if (
    lexerErrors.length + parserErrors.length + others.length + more.length + value.imports.length > 0 ||
    !choice ||
    !isMetricChoice(choice)
  ) {
    return { problem: `this is no metric; ${example}` };
  }
  const problems = new ProblemList();
  const metric = checkMetric(choice, over, problems);
  return metric === undefined
    ? { problem: problems.problems[0]?.message ?? `this is no metric; ${example}` }
    : { metric };
}
