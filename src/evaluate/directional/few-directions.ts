import { type Diagram, rootOf } from "../../diagram/index.js";
import type { Decays, EmbeddingPlan } from "../../spacetime/index.js";
import { contract, contractedParts, type EmbeddingSums, type RootTensor } from "../contraction.js";
import { type FewPropagators, fewPropagators } from "./propagators.js";
import type { Entry, RowExpansion } from "./row-expansion.js";

/** With fewer choices of directions sums over embeddings are soon found one by one. */
const fewChoices = 20_000;

/** What is known of plans, for the decays of one evaluation. */
const known = new WeakMap<
  EmbeddingSums,
  WeakMap<EmbeddingPlan, { readonly few: FewPropagators | undefined }>
>();

/**
 * As `contract`, for many directions: each choice of them has its products of derivatives, but sums over embeddings, which
 * take longer, are found for few.
 */
export function contractByFew(
  diagram: Diagram,
  expansion: RowExpansion,
  plan: EmbeddingPlan,
  decays: Decays,
  root: RootTensor,
  sums: EmbeddingSums = new WeakMap(),
): number[] {
  const edges = rootOf(diagram);
  const plans = known.get(sums) ?? new WeakMap();
  known.set(sums, plans);
  let found = plans.get(plan);
  if (found === undefined) {
    const isMany = expansion.dimension ** edges > fewChoices;
    found = { few: isMany ? fewPropagators(plan, decays, edges) : undefined };
    plans.set(plan, found);
  }
  const { few } = found;
  if (few === undefined) {
    return contract(diagram, expansion, plan, decays, root, sums);
  }
  const open = root === "open" ? diagram.parents.indexOf(edges) : undefined;
  const products = productsAlong(diagram, expansion, root, few, open);
  return summed(products, few, expansion.dimension, open);
}

/**
 * What parts hold, contracted with the shares of directions in the chosen ones; an open edge keeps all its directions. The
 * first edge moves slowest.
 */
function productsAlong(
  diagram: Diagram,
  expansion: RowExpansion,
  root: RootTensor,
  { chosen }: FewPropagators,
  open: number | undefined,
): Float64Array {
  const { dimension } = expansion;
  const edges = rootOf(diagram);
  let constant = 1;
  const completedBy: Entry[][] = Array.from({ length: edges }, () => []);
  for (const { edges: own, incident, tensor } of contractedParts(diagram, root)) {
    const entry =
      tensor === undefined
        ? expansion.entries(incident)
        : (indices: readonly number[]) => tensor(own.map((edge) => indices[edge]!));
    const last = own.at(-1);
    if (last === undefined) {
      constant *= entry([]);
    } else {
      completedBy[last]!.push(entry);
    }
  }
  const counts = chosen.map(({ directions }, edge) => (edge === open ? dimension : directions.length));
  const sizes = counts.map((_, edge) => counts.slice(edge).reduce((size, count) => size * count, 1));
  const work = sizes.map((size) => new Float64Array(size));
  const indices = new Array<number>(edges).fill(0);
  /** Fills the numbers of an edge and those behind it, for the indices before it. */
  const fill = (edge: number, product: number): void => {
    const sum = work[edge]!.fill(0);
    const inner = work[edge + 1];
    const size = sizes[edge + 1] ?? 1;
    const count = counts[edge]!;
    const { shares } = chosen[edge]!;
    for (let index = 0; index < dimension; index++) {
      indices[edge] = index;
      let value = product;
      for (const factor of completedBy[edge]!) {
        value = value === 0 ? 0 : value * factor(indices);
      }
      if (value === 0) {
        continue;
      }
      if (inner !== undefined) {
        fill(edge + 1, value);
      }
      for (let place = 0; place < count; place++) {
        const share = edge !== open ? shares[index * count + place]! : place === index ? 1 : 0;
        if (share === 0) {
          continue;
        }
        if (inner === undefined) {
          sum[place]! += share * value;
        } else {
          for (let at = 0; at < size; at++) {
            sum[place * size + at]! += share * inner[at]!;
          }
        }
      }
    }
  };
  fill(0, constant);
  return work[0]!;
}

/** The products times the sums over embeddings, over all chosen directions. */
function summed(
  products: Float64Array,
  { chosen, pieces }: FewPropagators,
  dimension: number,
  open: number | undefined,
): number[] {
  const result = new Array<number>(open === undefined ? 1 : dimension).fill(0);
  const edges = chosen.length;
  const at = new Array<number>(edges).fill(0);
  const counts = chosen.map(({ directions }) => directions.length);
  const placeOf = (places: readonly number[], own: (edge: number) => number) =>
    places.reduce((place, edge) => place * own(edge) + at[edge]!, 0);
  const all = Array.from({ length: edges }, (_, edge) => edge);
  const visit = (edge: number): void => {
    if (edge < edges) {
      for (let place = 0; place < counts[edge]!; place++) {
        at[edge] = place;
        visit(edge + 1);
      }
      return;
    }
    const sum = pieces.reduce(
      (product, { edges: own, sums }) => product * sums[placeOf(own, (one) => counts[one]!)]!,
      1,
    );
    if (open === undefined) {
      result[0]! += sum * products[placeOf(all, (one) => counts[one]!)]!;
      return;
    }
    const place = at[open]!;
    for (let direction = 0; direction < dimension; direction++) {
      at[open] = direction;
      const share = chosen[open]!.shares[direction * counts[open]! + place]!;
      result[direction]! +=
        share * sum * products[placeOf(all, (one) => (one === open ? dimension : counts[one]!))]!;
    }
    at[open] = place;
  };
  visit(0);
  return result;
}
