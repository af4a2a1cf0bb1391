import type { ProgramBuilder, Value } from "../../compile/program.js";

/**
 * The monomials of at most a degree in some variables, in the order in which Horner's rule takes their coefficients: by the
 * power of the first variable from the highest down, and for each by those of the others.
 */
export function monomialsOf(variables: number, degree: number): readonly (readonly number[])[] {
  if (variables === 0) {
    return [[]];
  }
  const monomials: number[][] = [];
  for (let power = degree; power >= 0; power--) {
    for (const rest of monomialsOf(variables - 1, degree - power)) {
      monomials.push([power, ...rest]);
    }
  }
  return monomials;
}

/** How many {@link monomialsOf} are: `(variables + degree)! / (variables! degree!)`, of hundreds of variables too. */
export function monomialCount(variables: number, degree: number): number {
  let count = 1;
  for (let power = 1; power <= degree; power++) {
    // Exact at each step: a product of so many whole numbers in a row has so many factors.
    count = (count * (variables + power)) / power;
  }
  return count;
}

/** A polynomial in some values by Horner's rule: a product and a sum for each coefficient. @param next the next one of them. */
export function hornerOf(
  builder: ProgramBuilder,
  variables: readonly Value[],
  degree: number,
  next: () => Value,
): Value {
  const [first, ...rest] = variables;
  if (first === undefined) {
    return next();
  }
  let result = hornerOf(builder, rest, 0, next);
  for (let power = degree - 1; power >= 0; power--) {
    result = builder.add(builder.multiply(result, first), hornerOf(builder, rest, degree - power, next));
  }
  return result;
}

/** The values of {@link monomialsOf} at places: `columns[monomial][place]`. @param places `places[variable][place]`. */
export function monomialColumns(
  places: readonly ArrayLike<number>[],
  degree: number,
  count: number,
): readonly Float64Array[] {
  const powers = places.map((values) => {
    const own = [new Float64Array(count).fill(1)];
    for (let power = 1; power <= degree; power++) {
      own.push(own[power - 1]!.map((value, place) => value * values[place]!));
    }
    return own;
  });
  return monomialsOf(places.length, degree).map((monomial) => {
    const column = new Float64Array(count).fill(1);
    monomial.forEach((power, variable) => {
      if (power > 0) {
        multiplyBy(column, powers[variable]![power]!);
      }
    });
    return column;
  });
}

function multiplyBy(column: Float64Array, by: Float64Array): void {
  for (let place = 0; place < column.length; place++) {
    column[place]! *= by[place]!;
  }
}
