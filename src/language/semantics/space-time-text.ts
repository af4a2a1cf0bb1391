import { exampleOf, examplesOfAll, type SpaceTime } from "../../optimisers/index.js";
import { quotedText } from "../../printable/index.js";
import { type DiagFile, isSpaceTimeChoice, isVerifyDeclaration } from "../generated/ast.js";
import { ProblemList } from "../problem.js";
import type { DiagServices } from "../services.js";
import { checkSpaceTime } from "./space-time.js";

/** A space-time is short; longer texts are not read. */
const longestText = 300;

/**
 * A space-time that stands alone, such as `sgd(N = 4, E = 2, B = 1)`, read as in a verify; or in one line what is
 * wrong with it.
 */
export function readSpaceTime(
  services: DiagServices,
  text: string,
): SpaceTime | { readonly problem: string } {
  const example = `write one such as ${examplesOfAll((record) => `\`${exampleOf(record)}\``)}`;
  if (text.length > longestText) {
    return { problem: `this is too long for a space-time; ${example}` };
  }
  // The line break ends a comment that the text may leave open.
  const { value, lexerErrors, parserErrors } = services.parser.LangiumParser.parse<DiagFile>(
    `verify v { ${text}\n}`,
  );
  const [verify, ...others] = value.declarations;
  const [choice, ...more] = verify && isVerifyDeclaration(verify) ? verify.statements : [];
  if (
    lexerErrors.length + parserErrors.length + others.length + more.length + value.imports.length > 0 ||
    !choice ||
    !isSpaceTimeChoice(choice)
  ) {
    return { problem: `\`${excerpt(text)}\` is no space-time; ${example}` };
  }
  const problems = new ProblemList();
  const spacetime = checkSpaceTime(choice, problems);
  return spacetime ?? { problem: problems.problems[0]?.message ?? `this is no space-time; ${example}` };
}

function excerpt(text: string): string {
  return quotedText(text.replace(/\s+/g, " ").trim(), 40);
}
