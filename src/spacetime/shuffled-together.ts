import { type Diagram, nodesOfParts, rootOf } from "../diagram/diagram.js";
import { makeDiagram } from "../diagram/index.js";
import { isGradientDescent, type Schedule } from "../optimisers/schedule.js";
import { type EmbeddingPlan, planEmbeddings } from "./embeddings.js";
import { type Decays, makeDecays, type TimeMode } from "./transfer.js";

/**
 * The sum over all embeddings of a diagram less the product of the sums over those of its two halves, which share no part. It
 * is 0 but where each epoch is shuffled anew and both halves have parts of several nodes: only the shuffles tell them of each other.
 * @param isFirst for each node but the root, whether it is of the first half.
 * @returns `undefined` where it is 0.
 * @throws RangeError as {@link planEmbeddings}.
 */
export function planShuffledTogether(
  diagram: Diagram,
  isFirst: readonly boolean[],
  schedule: Schedule,
  mode: TimeMode = "exact",
): EmbeddingPlan | undefined {
  const root = rootOf(diagram);
  const isTied = (side: boolean) =>
    nodesOfParts(diagram).some((nodes) => nodes.length > 1 && isFirst[nodes[0]!] === side);
  if (
    schedule.order !== "reshuffled" ||
    schedule.epochs === 1 ||
    isGradientDescent(schedule) ||
    !isTied(true) ||
    !isTied(false)
  ) {
    return undefined;
  }
  const whole = planEmbeddings(diagram, schedule, mode);
  const halves = [true, false].map((side) => {
    const nodes = isFirst.flatMap((own, node) => (own === side ? [node] : []));
    return { nodes, plan: planEmbeddings(halfOf(diagram, nodes), schedule, mode) };
  });
  const sum = (decay: Decays) => {
    const apart = halves.map(({ nodes, plan }) => {
      const own = makeDecays(nodes.length + 1, decay.low !== undefined);
      nodes.forEach((node, place) => {
        own[place] = decay[node]!;
        if (own.low !== undefined) {
          own.low[place] = decay.low![node]!;
        }
      });
      return plan.sum(own);
    });
    return whole.sum(decay) - apart[0]! * apart[1]!;
  };
  const edges = Array.from({ length: root }, (_, node) => node);
  return { factors: [{ edges, sum }], sum, count: () => whole.count() };
}

/** Some nodes of a diagram, closed under what hangs on them, and the root. */
function halfOf({ parents, parts }: Diagram, nodes: readonly number[]): Diagram {
  const numbers = new Map(nodes.map((node, place) => [node, place]));
  return makeDiagram(
    [...nodes.map((node) => numbers.get(parents[node]!) ?? nodes.length), -1],
    [...nodes.map((node) => parts[node]!), parts.at(-1)!],
  ).diagram;
}
