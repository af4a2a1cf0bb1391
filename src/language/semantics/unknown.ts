import { AstUtils } from "langium";
import { type Call, isLandscapeDeclaration, type SymbolReference } from "../generated/ast.js";
import { remarkOnName } from "../meanings.js";
import { type ProblemList, rangeOf } from "../problem.js";
import { byName, landscapeAround, landscapeSymbols, weightNames } from "../references/declared.js";
import { nearestName, nearestWord, suggestion, wordMeant } from "../spelling.js";
import { constantNamed, constantNames } from "./constant.js";

/** Says that a name in an expression leads nowhere. @param functions that may be called there. */
export function reportUnknownSymbol(
  name: string,
  place: SymbolReference,
  functions: readonly string[],
  problems: ProblemList,
): void {
  if (problems.isFull) {
    // Only counted: looking for what was meant takes time.
    problems.error("unknown-symbol", rangeOf(place), "");
    return;
  }
  if (functions.includes(name)) {
    problems.error("unknown-symbol", rangeOf(place), `\`${name}\` is a function; write \`${name}(…)\``);
    return;
  }
  // The middle dot is a letter of names to Unicode.
  if (/[\u00b7\u0387]/.test(name)) {
    const product = name.split(/[\u00b7\u0387]/).join(" * ");
    problems.error(
      "unknown-symbol",
      rangeOf(place),
      `\`${name}\` is read as one name; for a product write \`${product}\``,
      { data: { name, suggestion: product } },
    );
    return;
  }
  const landscape = landscapeAround(place);
  const isOwn = AstUtils.getContainerOfType(place, isLandscapeDeclaration) !== undefined;
  const known = landscape ? [...byName(landscapeSymbols(landscape)).keys()] : [];
  const meant = nearestName(name, known) ?? wordMeant(name, constantNames);
  problems.error(
    "unknown-symbol",
    rangeOf(place),
    landscape
      ? isOwn
        ? `\`${name}\` is no weight, datum, param or constant${suggestion(meant) || "; declare it, for example with `param`"}`
        : `\`${name}\` is no weight, param or constant of \`${landscape.name}\`${suggestion(meant) || `; its weights are ${weightNames(landscape).join(", ")}`}`
      : `\`${name}\` is no constant${suggestion(meant) || "; write a number here"}`,
    { data: { name, ...(meant === undefined ? {} : { suggestion: meant }) } },
  );
}

/** Says that there is no such function. @param functions that there are. */
export function reportUnknownFunction(call: Call, functions: readonly string[], problems: ProblemList): void {
  const { name } = call;
  if (problems.isFull) {
    problems.error("unknown-symbol", rangeOf(call, "name"), "");
  } else {
    const landscape = landscapeAround(call);
    const isSymbol =
      constantNamed(name) !== undefined || (landscape && byName(landscapeSymbols(landscape)).has(name));
    const meant = isSymbol ? undefined : nearestWord(name, functions);
    problems.error(
      "unknown-symbol",
      rangeOf(call, "name"),
      isSymbol
        ? `\`${name}\` is no function; a product needs its \`*\`: \`${name} * (…)\``
        : `there is no function \`${name}\`${suggestion(meant) || remarkOnName(name, functions)}`,
      { data: { name, ...(meant === undefined ? {} : { suggestion: meant }) } },
    );
  }
}
