import { type Descent, sidesOf } from "../optimisers/index.js";
import type { EvaluationRequest, Term } from "./evaluation.js";

/** A request of one descent. */
export interface DescentRequest extends EvaluationRequest {
  readonly spacetime: Descent;
}

/** What is asked of each side of a request's space-time, or of its one descent. */
function requestsOf(request: EvaluationRequest): readonly DescentRequest[] {
  return sidesOf(request.spacetime).map((spacetime) => ({ ...request, spacetime }));
}

/** The terms of a request, diagram by diagram what one descent has beyond the other. */
export function termsOfSides(
  request: EvaluationRequest,
  termsOf: (request: DescentRequest) => Term[],
): Term[] {
  const [first, minus] = requestsOf(request).map(termsOf);
  return minus === undefined ? first! : differenceOf(first!, minus);
}

/** The coefficients of a request's series, of a difference those of the first descent less those of the other. */
export function seriesOfSides(
  request: EvaluationRequest,
  seriesOf: (request: DescentRequest) => number[][],
): number[][] {
  const [first, minus] = requestsOf(request).map(seriesOf);
  return minus === undefined
    ? first!
    : first!.map((coefficient, order) => coefficient.map((value, index) => value - minus[order]![index]!));
}

/** A diagram that only one descent has is worth 0 in the other. Terms stay in the order of their edges. */
function differenceOf(first: readonly Term[], minus: readonly Term[]): Term[] {
  const keyOf = ({ diagram, name }: Term) => `${diagram} ${name ?? ""}`;
  const own = new Map(first.map((term) => [keyOf(term), term]));
  const others = new Map(minus.map((term) => [keyOf(term), term]));
  const onlyOthers = minus.filter((term) => !own.has(keyOf(term)));
  return [...first, ...onlyOthers]
    .sort((one, other) => one.edges - other.edges)
    .map((term): Term => {
      const [mine, theirs] = [own.get(keyOf(term)), others.get(keyOf(term))];
      const pairs = term.value.map(
        (_, index) => [mine?.value[index] ?? 0, theirs?.value[index] ?? 0] as const,
      );
      return {
        ...term,
        embeddings: mine?.embeddings ?? 0,
        minusEmbeddings: theirs?.embeddings ?? 0,
        value: pairs.map(([one, other]) => one - other),
        magnitude: pairs.map(([one, other]) => Math.abs(one) + Math.abs(other)),
      };
    });
}
