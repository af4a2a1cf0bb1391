/** What is left of a column when it is a sum of the others is rounding. */
const dependent = 1e-11;

/**
 * The coefficients that bring sums of columns nearest to right sides, in the sense of squares: Householder's reflections, the
 * column of which most is left first. Columns that are sums of others up to rounding get 0, so that there are always finite
 * coefficients.
 * @param columns each as long as the right sides; at most as many as that. They are overwritten, and so are the right sides.
 * @returns `coefficients[side][column]`
 */
export function leastSquares(
  columns: readonly Float64Array[],
  sides: readonly Float64Array[],
): readonly Float64Array[] {
  const width = columns.length;
  const height = sides[0]?.length ?? 0;
  // Columns are compared by the share of them that is left.
  const norms = columns.map((column) => Math.sqrt(dot(column, column, 0)));
  const order = columns.map((_, at) => at);
  const diagonal: number[] = [];
  for (let step = 0; step < Math.min(width, height); step++) {
    const left = order.map((column, place) => {
      const norm = norms[column]!;
      return place < step || norm === 0 ? 0 : Math.sqrt(dot(columns[column]!, columns[column]!, step)) / norm;
    });
    const largest = left.indexOf(Math.max(...left));
    if (!(left[largest]! > dependent)) {
      break;
    }
    [order[step], order[largest]] = [order[largest]!, order[step]!];
    const column = columns[order[step]!]!;
    const norm = left[largest]! * norms[order[step]!]!;
    const head = column[step]! > 0 ? -norm : norm;
    column[step]! -= head;
    diagonal.push(head);
    const square = -head * column[step]!;
    for (const other of [...order.slice(step + 1).map((place) => columns[place]!), ...sides]) {
      const share = dot(column, other, step) / square;
      for (let row = step; row < height; row++) {
        other[row]! -= share * column[row]!;
      }
    }
  }
  return sides.map((side) => {
    const coefficients = new Float64Array(width);
    for (let step = diagonal.length - 1; step >= 0; step--) {
      let value = side[step]!;
      for (let later = step + 1; later < diagonal.length; later++) {
        value -= columns[order[later]!]![step]! * coefficients[order[later]!]!;
      }
      coefficients[order[step]!] = value / diagonal[step]!;
    }
    return coefficients;
  });
}

function dot(one: Float64Array, other: Float64Array, from: number): number {
  let sum = 0;
  for (let row = from; row < one.length; row++) {
    sum += one[row]! * other[row]!;
  }
  return sum;
}
