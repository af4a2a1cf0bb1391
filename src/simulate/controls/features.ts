import {
  dataNames,
  type Expression,
  gradient,
  type Landscape,
  printExpression,
  type SeparatedTerm,
  separate,
  symbolsOf,
} from "../../landscape/index.js";

/**
 * A loss as `Σ core(θ)·φ(x)`. What data meet the weights in ways that do not factor are finitely many, and are features
 * themselves; the loss is then a function of these, which is not linear.
 */
export interface SeparatedLoss {
  readonly features: readonly Feature[];
  /** In the weights and the symbols of features. */
  readonly loss: Expression;
  /** The gradient in the weights and the symbols of features, one expression a weight. */
  readonly slopes: readonly Expression[];
}

/** A function of the data. */
export interface Feature {
  /** What stands for it in the slopes. */
  readonly symbol: string;
  readonly expression: Expression;
  /** Which sources it depends on, ascending. */
  readonly sources: readonly number[];
  /** Whether the slopes are linear in it, so that only moments of it count; else each of its values does. */
  readonly isLinear: boolean;
  /** Whether it is in the slopes; else it is in the loss alone. */
  readonly isInSlopes: boolean;
}

/** More features than these are too many for polynomials in their sums. */
const mostFeatures = 8;

/** Undefined when a feature would be of continuous data that do not factor, or there would be more than `most`. */
export function separatedLoss(landscape: Landscape, most = mostFeatures): SeparatedLoss | undefined {
  const { data, weights } = landscape;
  const terms = separate(landscape, 1);
  const mixed = [...new Set(terms.flatMap((term) => term.mixed))].sort((a, b) => a - b);
  if (mixed.some((source) => data[source]!.kind === "continuous")) {
    return undefined;
  }
  const found = new Map<string, { feature: Omit<Feature, "isInSlopes">; cores: Expression[] }>();
  const rest: Expression[] = [];
  for (const term of terms) {
    const factors = term.outer.map(({ factor }) => factor);
    if (factors.length === 0) {
      rest.push(term.core);
      continue;
    }
    const expression: Expression = factors.length === 1 ? factors[0]! : { kind: "product", factors };
    const key = printExpression(expression);
    const known = found.get(key);
    if (known === undefined) {
      const symbol = `feature ${found.size + 1}`;
      found.set(key, {
        feature: { symbol, expression, sources: sourcesOf(term), isLinear: true },
        cores: [term.core],
      });
    } else {
      known.cores.push(term.core);
    }
  }
  const names = mixed.flatMap((source) => dataNames(data[source]!).map((name) => ({ name, source })));
  if (found.size + names.length > most) {
    return undefined;
  }
  const products = [...found.values()].map(
    ({ feature, cores }): Expression => ({
      kind: "product",
      factors: [
        { kind: "symbol", name: feature.symbol },
        { kind: "sum", terms: cores },
      ],
    }),
  );
  const loss: Expression = { kind: "sum", terms: [...rest, ...products] };
  const slopes = gradient({ ...landscape, loss });
  const used = new Set(slopes.flatMap((slope) => [...symbolsOf(slope)]));
  const linear = [...found.values()].map(({ feature }) => feature);
  const whole = names.map(({ name, source }) => ({
    symbol: name,
    expression: { kind: "symbol", name } as const,
    sources: [source],
    isLinear: false,
  }));
  return {
    loss,
    features: [...linear, ...whole].map((feature) => ({ ...feature, isInSlopes: used.has(feature.symbol) })),
    slopes: weights.map((_, weight) => slopes[weight]!),
  };
}

function sourcesOf({ outer }: SeparatedTerm): readonly number[] {
  return [...new Set(outer.flatMap(({ sources }) => sources))].sort((a, b) => a - b);
}
