import { type CommandAnswer, type CouldNotAsk, couldNotAsk, lastWords } from "./could-not-ask.js";

/** The nodes as they were seen, or that they could not be. */
export type NodesAnswer =
  | {
      readonly kind: "seen";
      /** Of each node its partitions, and Slurm's word for its state, such as `idle`, `draining`, or `down*` where it is silent. */
      readonly nodes: ReadonlyMap<string, { readonly partitions: readonly string[]; readonly state: string }>;
    }
  | CouldNotAsk;

/**
 * States of nodes that take jobs, now, when others have ended, or when they have been switched on, which `~` and `#` stand for; other marks
 * behind a state say that the node is silent or rebooting.
 */
const serving = /^(?:idle|mixed|allocated|completing|planned)[+~#-]?$/;

/** Reads an answer of `sinfo` as `nodesCommand` asks for it: a line for each node in each partition. */
export function readNodes(answer: CommandAnswer): NodesAnswer {
  if (answer.status !== 0) {
    return couldNotAsk("sinfo", lastWords(answer));
  }
  const nodes = new Map<string, { partitions: string[]; state: string }>();
  for (const line of answer.stdout.split("\n").filter((text) => text.trim() !== "")) {
    const [, name, partition, state] = /^([^|\s]+)\|([^|\s]+)\|([^|\s]+)\s*$/.exec(line) ?? [];
    if (name === undefined) {
      return couldNotAsk("sinfo", `it is not a list of nodes: ${line}`);
    }
    const node = nodes.get(name) ?? { partitions: [], state: state! };
    node.partitions.push(partition!);
    nodes.set(name, node);
  }
  return { kind: "seen", nodes };
}

/**
 * How many nodes of a partition (of all, where none is named) are in service. A task that waits for nodes may wait for those that
 * are not: what the queue says of both is the same.
 */
export function nodesInService(
  answer: NodesAnswer & { kind: "seen" },
  partition?: string,
): { readonly all: number; readonly inService: number } {
  const wanted = partition?.split(",");
  const nodes = [...answer.nodes.values()].filter(
    ({ partitions }) => wanted === undefined || partitions.some((name) => wanted.includes(name)),
  );
  return { all: nodes.length, inService: nodes.filter(({ state }) => serving.test(state)).length };
}
