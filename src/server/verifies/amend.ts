import {
  isCountChoice,
  isEtaChoice,
  isPredictChoice,
  isVerifyDeclaration,
  type VerifyDeclaration,
} from "../../language/generated/ast.js";
import { ProblemList } from "../../language/problem.js";
import { constantValue } from "../../language/semantics/expression.js";
import type { EditAnswer, Problem } from "../../preview/index.js";
import { lastStatement, type Piece } from "../actions/text.js";
import { readDocument, textAnswer } from "../preview/reading.js";
import type { DiagLspServices } from "../services.js";
import type { AmendParameters, VerifyAmendment } from "./protocol.js";

/** What a `verify` block is to say instead, as edits of its text as it is now, or in one line why it cannot. */
export function answerAmend(
  services: DiagLspServices,
  { uri, verify, amendment }: AmendParameters,
): Promise<EditAnswer> {
  return readDocument<EditAnswer>(services, uri, (document) => {
    const declaration = document.parseResult.value.declarations.find(
      (one): one is VerifyDeclaration => isVerifyDeclaration(one) && one.name === verify,
    );
    if (declaration === undefined) {
      return { problem: `there is no verify ${verify} in this file any more` };
    }
    if (services.validation.DeclarationChecker.isBroken(declaration)) {
      return { problem: `the syntax of verify ${verify} is broken; correct its text first` };
    }
    const piece = pieceOf(declaration, amendment, document.textDocument.getText());
    return "problem" in piece ? piece : textAnswer(document, [piece], undefined);
  });
}

function pieceOf(declaration: VerifyDeclaration, amendment: VerifyAmendment, text: string): Piece | Problem {
  const { name, statements } = declaration;
  switch (amendment.kind) {
    case "trials": {
      const written = String(amendment.trials);
      const found = statements.find((one) => isCountChoice(one) && one.kind === "trials");
      const value = found && isCountChoice(found) ? found.value.$cstNode : undefined;
      return value === undefined
        ? lastStatement(text, declaration, `trials = ${written}`)
        : { start: value.offset, end: value.end, text: written };
    }
    case "eta": {
      const values = statements.find(isEtaChoice)?.values ?? [];
      const rates = values.map((value) => constantValue(value, () => undefined, new ProblemList()));
      const place = values[rates.indexOf(amendment.from)]?.$cstNode;
      if (place === undefined) {
        return { problem: `verify ${name} has no eta = ${amendment.from} any more` };
      }
      return rates.includes(amendment.to)
        ? { problem: `verify ${name} has eta = ${amendment.to} already; take eta = ${amendment.from} away` }
        : { start: place.offset, end: place.end, text: String(amendment.to) };
    }
    case "order": {
      const choice = statements.find(isPredictChoice);
      const node = choice?.$cstNode;
      if (node === undefined || choice?.kind === undefined) {
        return {
          problem: `verify ${name} predicts by names; name diagrams of more edges, or predict an order`,
        };
      }
      return { start: node.offset, end: node.end, text: `predict ${choice.kind} ${amendment.order}` };
    }
  }
}
