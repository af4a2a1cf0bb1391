import { type Metric, metricRoot } from "../landscape/index.js";

/**
 * Eigenvalues and a basis: `vectors[mu]` belongs to `values[mu]`. It is orthonormal, or with an inverse metric `m` the sum over
 * `mu` of each vector times itself is `m`, so that an edge has one index with a metric as well.
 */
export interface Eigenbasis {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
}

/** Off-diagonals that are smaller than this beside their own diagonals turn nothing. */
const negligible = 1e-17;

const mostSweeps = 60;

/**
 * Diagonalises a real symmetric matrix by Jacobi rotations. An entry counts beside its own two
 * diagonals and not beside the largest of all, so that weights whose scales differ by many powers of
 * ten keep their digits. A diagonal matrix keeps its axes and their order exactly, so that zeros of a
 * landscape in its own coordinates stay zeros; so do blocks that nothing joins.
 */
export function symmetricEigenbasis(matrix: readonly (readonly number[])[]): Eigenbasis {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const vectors = matrix.map((_, row) => matrix.map((_, column) => (row === column ? 1 : 0)));
  for (let sweep = 0, turned = true; turned && sweep < mostSweeps; sweep++) {
    turned = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        turned = rotate(a, vectors, p, q) || turned;
      }
    }
  }
  return { values: a.map((row, index) => row[index]!), vectors };
}

/**
 * Curvatures and directions of descent with an inverse metric `m = A Aᵀ`: those of `Aᵀ H A`, which is what `H` is in coordinates
 * `φ` with `θ = A φ`, turned back by `A`. Products `m H` have these eigenvalues.
 */
export function metricEigenbasis(
  matrix: readonly (readonly number[])[],
  metric: Metric | undefined,
): Eigenbasis {
  if (metric === undefined) {
    return symmetricEigenbasis(matrix);
  }
  const root = metricRoot(metric);
  if (root === undefined) {
    throw new RangeError("the metric is not positive definite");
  }
  const sum = (terms: (index: number) => number) =>
    matrix.reduce((total, _, index) => total + terms(index), 0);
  const turned = (entry: (value: number) => number) => {
    const half = matrix.map((row) =>
      matrix.map((_, column) => sum((j) => entry(row[j]!) * entry(root[j]![column]!))),
    );
    const lower = matrix.map((_, row) =>
      matrix.slice(0, row + 1).map((__, column) => sum((i) => entry(root[i]![row]!) * half[i]![column]!)),
    );
    return lower.map((row, i) => lower.map((other, j) => (j <= i ? row[j]! : other[i]!)));
  };
  const { values, vectors } = symmetricEigenbasis(turned((value) => value));
  const magnitudes = turned(Math.abs);
  const rounding = matrix.length * 2 ** -50;
  return {
    // What is left of a flat direction is what the entries were rounded by.
    values: values.map((value, mu) => {
      const share = vectors[mu]!.map(Math.abs);
      const size = sum((i) => share[i]! * sum((j) => magnitudes[i]![j]! * share[j]!));
      return Math.abs(value) <= rounding * size ? 0 : value;
    }),
    vectors: vectors.map((direction) => root.map((row) => sum((j) => row[j]! * direction[j]!))),
  };
}

/**
 * One rotation in the plane of axes `p` and `q` that clears their off-diagonal entry.
 * @returns whether there was anything to clear.
 */
function rotate(a: number[][], vectors: number[][], p: number, q: number): boolean {
  const entry = a[p]![q]!;
  const [first, second] = [a[p]![p]!, a[q]![q]!];
  // Two square roots, since the product of large and of small diagonals leaves the doubles.
  if (Math.abs(entry) <= negligible * Math.sqrt(Math.abs(first)) * Math.sqrt(Math.abs(second))) {
    return false;
  }
  const theta = (second - first) / (2 * entry);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  turnRows(a, p, q, c, s);
  turnRows(vectors, p, q, c, s);
  for (let index = 0; index < a.length; index++) {
    a[index]![p] = a[p]![index]!;
    a[index]![q] = a[q]![index]!;
  }
  // Added to the diagonals rather than made of them anew, so that a small one keeps its digits beside a large one.
  a[p]![p] = first - t * entry;
  a[q]![q] = second + t * entry;
  a[p]![q] = 0;
  a[q]![p] = 0;
  return true;
}

function turnRows(rows: number[][], p: number, q: number, c: number, s: number): void {
  const first = rows[p]!;
  const second = rows[q]!;
  for (let index = 0; index < first.length; index++) {
    const x = first[index]!;
    const y = second[index]!;
    first[index] = c * x - s * y;
    second[index] = s * x + c * y;
  }
}
