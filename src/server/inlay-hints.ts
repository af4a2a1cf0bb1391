import { AstUtils, Cancellation, type CstNode, interruptAndCheck, type LangiumDocument } from "langium";
import type { InlayHintProvider } from "langium/lsp";
import { type InlayHint, InlayHintKind, type InlayHintParams, type Range } from "vscode-languageserver";
import { edgeCount } from "../diagram/index.js";
import {
  type DiagFile,
  type DiagramDeclaration,
  isDiagramDeclaration,
  isLandscapeDeclaration,
  isLet,
  isPredictChoice,
  isSpaceTimeChoice,
  isVerifyDeclaration,
  type LandscapeDeclaration,
  type VerifyDeclaration,
} from "../language/generated/ast.js";
import { ProblemList, rangeOf } from "../language/problem.js";
import { checkSpaceTime } from "../language/semantics/space-time.js";
import { DeclaredExpressions } from "../language/semantics/tensors/declared.js";
import { isOfTensors } from "../language/semantics/tensors/kind.js";
import { durationOf } from "../optimisers/index.js";
import { counted } from "../printable/index.js";
import { describeShape } from "../tensors/index.js";
import type { PredictedRow } from "./evaluation/tasks.js";
import { predictedText, readable } from "./hover/content.js";
import type { DiagLspServices } from "./services.js";

/** Predictions shown behind `predict`; the hint's tooltip has the others. */
const mostPredictions = 4;

/** What the text says without writing it, each by its name: sizes of diagrams, numbers of updates, predicted values. */
export class DiagInlayHintProvider implements InlayHintProvider {
  constructor(private readonly services: DiagLspServices) {}

  async getInlayHints(
    document: LangiumDocument,
    { range }: InlayHintParams,
    token: Cancellation.CancellationToken = Cancellation.CancellationToken.None,
  ): Promise<InlayHint[]> {
    const wanted = await this.services.editor.Preferences.inlayHints();
    const hints: InlayHint[] = [];
    for (const declaration of (document.parseResult.value as DiagFile).declarations) {
      if (!declaration.$cstNode || !overlap(declaration.$cstNode, range)) {
        continue;
      }
      await interruptAndCheck(token);
      if (isDiagramDeclaration(declaration)) {
        if (wanted.diagram) {
          hints.push(...this.ofDiagram(declaration));
        }
      } else if (isLandscapeDeclaration(declaration)) {
        if (wanted.shape && isOfTensors(declaration)) {
          hints.push(...this.ofLets(declaration));
        }
      } else if (isVerifyDeclaration(declaration)) {
        if (wanted.spaceTime) {
          hints.push(...this.ofSpaceTime(declaration));
        }
        if (wanted.prediction) {
          hints.push(...(await this.ofPrediction(declaration)));
        }
      }
    }
    return hints;
  }

  private ofDiagram(declaration: DiagramDeclaration): InlayHint[] {
    const { value } = this.services.validation.DeclarationChecker.diagram(declaration);
    if (!value) {
      return [];
    }
    const automorphisms = this.services.editor.DiagramFacts.automorphisms(value.diagram);
    const symmetries = automorphisms === undefined ? "" : `, ${automorphisms}`;
    return [hint(value.range, `${counted(edgeCount(value.diagram), "edge")}${symmetries}`)];
  }

  /** The shape of each let, behind its name. */
  private ofLets(declaration: LandscapeDeclaration): InlayHint[] {
    const declared = new DeclaredExpressions(declaration);
    return declaration.statements.filter(isLet).flatMap((statement) => {
      const shape = declared.of(statement)?.shape ?? [];
      const name = rangeOf(statement, "name");
      return shape.length === 0
        ? []
        : [{ position: name.end, label: describeShape(shape), kind: InlayHintKind.Type }];
    });
  }

  private ofSpaceTime(declaration: VerifyDeclaration): InlayHint[] {
    return declaration.statements.filter(isSpaceTimeChoice).flatMap((choice) => {
      const spacetime = checkSpaceTime(choice, new ProblemList());
      return spacetime ? [hint(rangeOf(choice), durationOf(spacetime))] : [];
    });
  }

  /** Only what is known already; when more arrives, the editor is asked to ask again. */
  private async ofPrediction(declaration: VerifyDeclaration): Promise<InlayHint[]> {
    const { value } = this.services.validation.DeclarationChecker.verify(declaration);
    const choice = declaration.statements.find(isPredictChoice);
    if (!value || !choice) {
      return [];
    }
    const uri = AstUtils.getDocument(declaration).uri.toString();
    const answer = await this.services.editor.EvaluationService.predict(value, {
      deadline: 0,
      subject: { uri, name: value.name },
    });
    if (answer.state !== "done" || answer.value.length === 0) {
      return [];
    }
    const rows = answer.value;
    return [
      {
        ...hint(rangeOf(choice), predictionInWords(rows)),
        tooltip: rows.slice(0, 30).map(rowInWords).join("\n"),
      },
    ];
  }
}

/**
 * What is predicted, and where: `test_loss = 0.51, 0.52 at eta = 0.1, 0.2` of one number, and of several those at the first
 * learning rate.
 */
function predictionInWords(rows: readonly PredictedRow[]): string {
  const [{ observable, eta }] = rows as [PredictedRow];
  const isOne = rows.every((row) => row.observable === observable);
  const own = isOne ? rows : rows.filter((row) => row.eta === eta);
  const shown = own.slice(0, mostPredictions);
  const isCut = shown.length < own.length;
  const more = isCut ? ", …" : "";
  const values = shown.map((row) => `${isOne ? "" : `${row.observable} = `}${predictedText(row)}`);
  const etas = isOne ? shown.map((row) => row.eta) : [eta];
  const isLonger = isOne ? isCut : own.length < rows.length;
  return `${isOne ? `${observable} = ` : ""}${values.join(", ")}${more} at eta = ${etas.map(readable).join(", ")}${isLonger ? ", …" : ""}`;
}

function rowInWords(row: PredictedRow): string {
  const { eta, observable, truncation } = row;
  const rest = Number.isFinite(truncation) ? `, truncation ${Number(truncation.toPrecision(2))}` : "";
  return `eta = ${eta}: ${observable} = ${predictedText(row)}${rest}`;
}

function hint(behind: Range, label: string): InlayHint {
  return { position: behind.end, label, kind: InlayHintKind.Type, paddingLeft: true };
}

function overlap(node: CstNode, range: Range): boolean {
  return node.range.start.line <= range.end.line && node.range.end.line >= range.start.line;
}
