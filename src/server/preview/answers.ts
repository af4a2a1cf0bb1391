import type { AstNode, LangiumDocument } from "langium";
import type { CancellationToken } from "vscode-languageserver";
import {
  type DiagFile,
  isDiagramDeclaration,
  isEtaChoice,
  isLandscapeChoice,
  isLandscapeDeclaration,
  isMetricChoice,
  isSpaceTimeChoice,
  isVerifyDeclaration,
  type SpaceTimeChoice,
} from "../../language/generated/ast.js";
import { ProblemList } from "../../language/problem.js";
import { constantValue } from "../../language/semantics/expression.js";
import { syntaxErrors } from "../../language/validation/syntax-errors.js";
import type {
  DrawAnswer,
  DrawnDiagram,
  DrawParameters,
  FileParameters,
  PreviewDiagram,
  PreviewFile,
  VerifiedRate,
} from "../../preview/index.js";
import type { DiagLspServices } from "../services.js";
import type { DrawingWish, Drawn } from "./drawings.js";
import { freshDocument, isFresh, versionOf } from "./freshness.js";
import { type IdentifiedDiagram, type Listed, Lister } from "./listed-diagrams.js";

/** Milliseconds of work after which others get their turn. */
const stretch = 12;

/** What a preview shows of a file, but for the drawings; null when there is no such document. */
export async function answerFile(
  services: DiagLspServices,
  { uri }: FileParameters,
  token?: CancellationToken,
): Promise<PreviewFile | null> {
  services.editor.Drawings.warm();
  const made = await fromFreshText(services, uri, token, ({ diagrams }) => diagrams);
  if (!made) {
    return null;
  }
  const { document, listings } = made;
  const diagrams = listings.map(({ listed }) => listed);
  services.editor.Drawings.retain(uri, new Set(diagrams.map(({ key }) => key)));
  return fileOf(services, document, uri, diagrams);
}

/** The drawings of some diagrams of a file. */
export async function answerDraw(
  services: DiagLspServices,
  { uri, ids }: DrawParameters,
  token?: CancellationToken,
): Promise<DrawAnswer> {
  const made = await fromFreshText(services, uri, token, ({ diagrams }) => {
    const known = new Map(diagrams.map((one) => [one.id, one]));
    return [...new Set(ids)].flatMap((id) => known.get(id) ?? []);
  });
  if (!made) {
    return { version: 0, drawings: [] };
  }
  const version = versionOf(made.document);
  const wishes = made.listings.flatMap(({ listed, input }): DrawingWish[] =>
    input ? [{ key: listed.key, input }] : [],
  );
  const drawn = await services.editor.Drawings.draw(wishes, uri, token);
  const nothing: Drawn = { problem: "there is nothing to draw yet: it has no node" };
  return {
    version,
    drawings: made.listings.flatMap(({ listed: { id, key }, input }): DrawnDiagram[] => {
      const result = input ? drawn.get(key) : nothing;
      return result ? [{ id, key, ...result }] : [];
    }),
  };
}

interface FreshListings {
  readonly document: LangiumDocument<DiagFile>;
  readonly listings: readonly Listed[];
}

/** Lists diagrams of a document, in stretches; begins again when the text has changed in between. */
async function fromFreshText(
  services: DiagLspServices,
  uri: string,
  token: CancellationToken | undefined,
  choose: (lister: Lister) => readonly IdentifiedDiagram[],
): Promise<FreshListings | undefined> {
  for (;;) {
    const document = await freshDocument(services, uri, token);
    if (!document || token?.isCancellationRequested) {
      return undefined;
    }
    const { parseResult } = document;
    const lister = new Lister(services, document);
    const listings: Listed[] = [];
    const isSame = () => document.parseResult === parseResult && isFresh(services, document);
    let began = performance.now();
    for (const diagram of choose(lister)) {
      if (performance.now() - began > stretch) {
        await new Promise((resolve) => setImmediate(resolve));
        if (!isSame() || token?.isCancellationRequested) {
          break;
        }
        began = performance.now();
      }
      listings.push(lister.list(diagram));
    }
    if (token?.isCancellationRequested) {
      return undefined;
    }
    if (isSame()) {
      return { document, listings };
    }
  }
}

function fileOf(
  services: DiagLspServices,
  document: LangiumDocument<DiagFile>,
  uri: string,
  diagrams: readonly PreviewDiagram[],
): PreviewFile {
  const file = document.parseResult.value;
  const visible = services.references.DeclarationFinder.visible(file);
  const problem = problemOutside(services, document);
  return {
    uri,
    version: versionOf(document),
    diagrams,
    landscapes: [...visible].flatMap(([name, one]) => (isLandscapeDeclaration(one) ? [name] : [])),
    spacetimes: spacetimesOf(file),
    ...ratesOf(services, file),
    ...metricsOf(file),
    ...(problem === undefined ? {} : { problem }),
  };
}

function spacetimesOf(file: DiagFile): string[] {
  const texts = file.declarations
    .filter(isVerifyDeclaration)
    .flatMap(({ statements }) => statements.filter(isSpaceTimeChoice).map(textOf));
  return [...new Set(texts)];
}

/** The first learning rate of each sound verification that has one. */
function ratesOf(services: DiagLspServices, file: DiagFile): Pick<PreviewFile, "rates"> {
  const rates = file.declarations.filter(isVerifyDeclaration).flatMap((declaration): VerifiedRate[] => {
    const { statements } = declaration;
    const spacetime = statements.find(isSpaceTimeChoice);
    const first = statements.find(isEtaChoice)?.values[0];
    if (
      spacetime === undefined ||
      first === undefined ||
      services.validation.DeclarationChecker.isBroken(declaration)
    ) {
      return [];
    }
    const eta = constantValue(first, () => undefined, new ProblemList());
    const landscape = statements.find(isLandscapeChoice)?.landscape.$refText;
    return eta === undefined || !(eta > 0)
      ? []
      : [{ spacetime: textOf(spacetime), eta, ...(landscape === undefined ? {} : { landscape }) }];
  });
  return rates.length === 0 ? {} : { rates };
}

function metricsOf(file: DiagFile): Pick<PreviewFile, "metrics"> {
  const texts = file.declarations
    .filter(isVerifyDeclaration)
    .flatMap(({ statements }) => statements.filter(isMetricChoice))
    .map((choice) => plainText(choice).replace(/^metric\s*/, ""))
    .filter((text) => text !== "");
  return texts.length === 0 ? {} : { metrics: [...new Set(texts)] };
}

/** What is written, its white space and comments left out. */
function plainText(node: AstNode | undefined): string {
  return (node?.$cstNode?.text ?? "")
    .replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n\r]*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** A space-time as it is written. */
function textOf({ kind, arguments: given, minus }: SpaceTimeChoice): string {
  const pieces = given.map(({ name, value }) => {
    const text = plainText(value);
    return name ? `${name} = ${text}` : text;
  });
  const descent = `${kind}(${pieces.join(", ")})`;
  return minus === undefined ? descent : `${descent} - ${textOf(minus)}`;
}

/** The first syntax error that is in no diagram, in one line. */
function problemOutside(services: DiagLspServices, document: LangiumDocument<DiagFile>): string | undefined {
  const { declarations } = document.parseResult.value;
  const checker = services.validation.DeclarationChecker;
  let at = -1;
  const outside = syntaxErrors(document).filter(({ offset }) => {
    while ((declarations[at + 1]?.$cstNode?.offset ?? Number.POSITIVE_INFINITY) <= offset) {
      at++;
    }
    const declaration = declarations[at];
    return !declaration || !isDiagramDeclaration(declaration) || !checker.isBroken(declaration);
  });
  const [first] = outside;
  if (!first) {
    return undefined;
  }
  const more = outside.length > 1 ? ` (and ${outside.length - 1} more)` : "";
  return `line ${first.range.start.line + 1}: ${first.message}${more}`;
}
