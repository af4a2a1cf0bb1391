import type { TruncatedAlgebra } from "./algebra.js";
import type { Shape } from "./expression.js";
import type { TensorProgramBuilder, TensorValue } from "./program.js";

/** See `lift`; here so that both know it. */
type Lifted = readonly (TensorValue | undefined)[];

/** Arithmetic of tensors over a truncated algebra. Components that are zero stay missing, and nothing is computed for them. */
export class LiftedArithmetic {
  constructor(
    private readonly builder: TensorProgramBuilder,
    private readonly algebra: TruncatedAlgebra,
  ) {}

  number(value: number, shape: Shape): Lifted {
    return [this.builder.constant(value, shape)];
  }

  /** Whether there is nothing but the number itself. */
  isNumber(element: Lifted): boolean {
    return element.every((component, place) => place === 0 || component === undefined);
  }

  sum(terms: readonly Lifted[]): Lifted {
    return this.components((place) => this.total(terms.map((term) => term[place])));
  }

  multiply(one: Lifted, other: Lifted): Lifted {
    return this.bilinear(one, other, (a, b) => this.builder.multiply(a, b));
  }

  /** Any product, by that of components. */
  bilinear(one: Lifted, other: Lifted, product: (a: TensorValue, b: TensorValue) => TensorValue): Lifted {
    const terms: TensorValue[][] = Array.from({ length: this.algebra.size }, () => []);
    for (const [i, j, k] of this.algebra.products) {
      const [a, b] = [one[i], other[j]];
      if (a !== undefined && b !== undefined) {
        terms[k]!.push(product(a, b));
      }
    }
    return terms.map((own) => this.total(own));
  }

  divide(numerator: Lifted, denominator: Lifted): Lifted {
    const { builder } = this;
    const below = denominator[0]!;
    const quotient: (TensorValue | undefined)[] = [];
    for (let place = 0; place < this.algebra.size; place++) {
      const known = this.algebra.products.flatMap(([i, j, k]) => {
        const [a, b] = [denominator[i], quotient[j]];
        return k === place && i > 0 && a !== undefined && b !== undefined
          ? [builder.negate(builder.multiply(a, b))]
          : [];
      });
      const left = this.total([numerator[place], ...known]);
      quotient.push(left === undefined ? undefined : builder.divide(left, below));
    }
    return quotient;
  }

  /** `Σ derivatives[k] · (element less its number)^k / k!`; missing derivatives are zero. */
  compose(derivatives: readonly (TensorValue | undefined)[], element: Lifted): Lifted {
    const { builder } = this;
    const step: Lifted = [undefined, ...element.slice(1)];
    const terms: Lifted[] = [[derivatives[0]]];
    let power = step;
    let factorial = 1;
    for (let k = 1; k <= this.algebra.height && power.some((one) => one !== undefined); k++) {
      factorial *= k;
      const derivative = derivatives[k];
      if (derivative !== undefined && builder.constantValue(derivative) !== 0) {
        const coefficient = builder.scale(1 / factorial, derivative);
        terms.push(power.map((one) => (one === undefined ? undefined : builder.multiply(coefficient, one))));
      }
      if (k < this.algebra.height) {
        power = this.multiply(power, step);
      }
    }
    return this.sum(terms);
  }

  private components(make: (place: number) => TensorValue | undefined): Lifted {
    return Array.from({ length: this.algebra.size }, (_, place) => make(place));
  }

  /** Equal terms, which there are of the products of an element with itself, are multiplied. */
  private total(terms: readonly (TensorValue | undefined)[]): TensorValue | undefined {
    const { builder } = this;
    const counts = new Map<TensorValue, number>();
    for (const term of terms) {
      if (term !== undefined && builder.constantValue(term) !== 0) {
        counts.set(term, (counts.get(term) ?? 0) + 1);
      }
    }
    return [...counts].reduce<TensorValue | undefined>((sum, [term, count]) => {
      const own = count === 1 ? term : builder.scale(count, term);
      return sum === undefined ? own : builder.add(sum, own);
    }, undefined);
  }
}
