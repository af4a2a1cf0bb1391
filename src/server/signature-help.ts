import type { LangiumDocument } from "langium";
import type { SignatureHelpProvider } from "langium/lsp";
import type {
  ParameterInformation,
  SignatureHelp,
  SignatureHelpOptions,
  SignatureHelpParams,
  SignatureInformation,
} from "vscode-languageserver";
import { tensorFormats } from "../data/index.js";
import { distributionNamed } from "../landscape/index.js";
import type { DiagFile } from "../language/generated/ast.js";
import { normalStart } from "../language/semantics/tensors/kind.js";
import { type OptimiserRecord, optimiserNamed } from "../optimisers/index.js";
import { tensorFunctionNamed } from "../tensors/index.js";
import { placeAt } from "./completion/context.js";
import {
  expressionFunctions,
  keywordDocumentation,
  readerSignature,
  tensorExpressionFunctions,
} from "./keyword-docs.js";
import { shownMarkdown } from "./shown-markdown.js";

/** Something that is called with arguments. */
interface Called {
  /** How it is written: `normal(mean, sd)`. */
  readonly signature: string;
  readonly documentation: string | undefined;
  /** What is known of arguments, by their names. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Says what a distribution, an optimiser, a reader or a function takes while its arguments are typed. */
export class DiagSignatureHelpProvider implements SignatureHelpProvider {
  readonly signatureHelpOptions: SignatureHelpOptions = {
    triggerCharacters: ["(", ","],
    retriggerCharacters: [")", "="],
  };

  provideSignatureHelp(
    document: LangiumDocument,
    { position }: SignatureHelpParams,
  ): SignatureHelp | undefined {
    const place = placeAt(document as LangiumDocument<DiagFile>, document.textDocument.offsetAt(position));
    const { context } = place;
    const words =
      context.kind === "landscape" || context.kind === "verify"
        ? context.statement
        : context.kind === "path"
          ? context.words
          : [];
    const open = openCall(words);
    const called = open && calledBy(words[open.at - 1]!, words[open.at - 2]);
    return called && open && helpOf(called, words.slice(open.at + 1));
  }
}

/** The last parenthesis that is open and behind a name. */
function openCall(words: readonly string[]): { readonly at: number } | undefined {
  let depth = 0;
  for (let at = words.length - 1; at > 0; at--) {
    const word = words[at]!;
    if (word === ")" || word === "]") {
      depth++;
    } else if (word === "(" || word === "[") {
      if (depth === 0 && word === "(" && /^[\p{ID_Start}_]/u.test(words[at - 1]!)) {
        return { at };
      }
      depth = Math.max(0, depth - 1);
    }
  }
  return undefined;
}

/** @param before the word before the name. */
function calledBy(name: string, before: string | undefined): Called | undefined {
  const documentation = keywordDocumentation(name);
  if (before === "~") {
    const record = distributionNamed(name);
    return record && { signature: record.signature, documentation: record.documentation };
  }
  if (before === "from") {
    const format = tensorFormats.find((one) => one.name === name);
    return format && { signature: readerSignature(format), documentation: format.documentation };
  }
  const optimiser = optimiserNamed(name);
  if (optimiser !== undefined) {
    return calledOptimiser(optimiser);
  }
  if (name === normalStart) {
    return { signature: `${normalStart}(k)`, documentation };
  }
  const tensor = tensorExpressionFunctions.find((one) => one.name === name);
  const scalar = expressionFunctions.find((one) => one.name === name);
  const found = tensor ?? scalar;
  return (
    found && {
      signature: found.signature,
      documentation: tensor ? tensorFunctionNamed(name)!.documentation : found.documentation,
      parameters: Object.fromEntries(
        (tensorFunctionNamed(name)?.constants ?? []).map((constant) => [
          constant.name,
          constant.documentation,
        ]),
      ),
    }
  );
}

function calledOptimiser({ name, parameters, documentation }: OptimiserRecord): Called {
  const written = parameters.map((one) =>
    one.default !== undefined
      ? `${one.name} = ${one.default}`
      : one.kind === "choice"
        ? `${one.name} = ${one.options.map((option) => option.name).join(" | ")}`
        : one.name,
  );
  return {
    signature: `${name}(${written.join(", ")})`,
    documentation,
    parameters: Object.fromEntries(parameters.map((one) => [one.name, one.documentation])),
  };
}

/** @param given the words behind the parenthesis. */
function helpOf(
  { signature, documentation, parameters = {} }: Called,
  given: readonly string[],
): SignatureHelp {
  const labels = signature.slice(signature.indexOf("(") + 1, -1).split(", ");
  let depth = 0;
  let place = 0;
  let begin = 0;
  given.forEach((word, index) => {
    depth += /^[([]$/.test(word) ? 1 : /^[)\]]$/.test(word) ? -1 : 0;
    if (word === "," && depth === 0) {
      place++;
      begin = index + 1;
    }
  });
  const nameOf = (label: string) => /^[\p{ID_Start}_]\p{ID_Continue}*/u.exec(label)?.[0] ?? "";
  const named = given[begin + 1] === "=" ? labels.findIndex((label) => nameOf(label) === given[begin]) : -1;
  // What may be there any number of times goes on.
  const endless = labels.indexOf("…");
  const active = named >= 0 ? named : endless > 0 && place >= endless ? endless - 1 : place;
  const information: SignatureInformation = {
    label: signature,
    ...(documentation === undefined ? {} : { documentation: shownMarkdown(documentation) }),
    parameters: labels.map((label): ParameterInformation => {
      const text = parameters[nameOf(label)];
      return { label, ...(text === undefined ? {} : { documentation: shownMarkdown(text) }) };
    }),
  };
  return { signatures: [information], activeSignature: 0, activeParameter: active };
}
