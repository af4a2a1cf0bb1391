import { directoryNotes } from "../cli/folders.js";
import { version } from "../cli/version.js";
import { checkAsked } from "../cluster/index.js";
import { makeRun, rememberDirectory, slurmFault } from "../cluster-runs/index.js";
import { auto, native, processor } from "../runs/index.js";
import { type PreparedVerification, prepareVerification } from "../verify/index.js";
import type { ClusterSettings, RunParameters } from "./protocol.js";
import { beginTarget, type RunContext, type Variant } from "./run.js";
import { RunnerRefusal } from "./sources.js";

/** The machine of runs on a cluster, for people. */
const device = "Slurm";

/** The engines that a cluster's nodes may choose from. */
const enginesOfNodes: readonly string[] = [auto.name, processor.name, native.name];

/** What there is of a cluster before anything is sent to it. */
export type ClusterFinder = () => string | undefined;

/**
 * Does all of a verification but its trials, and makes a run on a cluster of them, which is not submitted.
 * @param faultOfCluster says why none can be used here.
 * @returns its folder; nothing when it ended before there was one, as events have told.
 * @throws in one line, before `started`: what is wrong with what was asked.
 */
export async function sendTarget(
  parameters: RunParameters & { readonly cluster: ClusterSettings },
  context: RunContext,
  faultOfCluster: ClusterFinder = slurmFault,
): Promise<string | undefined> {
  const { backend = auto.name, cluster, kind } = parameters;
  const fault = faultOfCluster() ?? checkAsked(cluster.options);
  if (fault !== undefined) {
    throw new RunnerRefusal(fault);
  }
  if (kind === "evaluation" || !enginesOfNodes.includes(backend)) {
    throw new RunnerRefusal(
      kind === "evaluation"
        ? "an evaluation has no trials that a cluster could do"
        : `${backend} has bits of its own device, which nodes of a cluster do not share; choose ${enginesOfNodes.join(", ")}`,
    );
  }
  return beginTarget(parameters, context, (variants) => make(parameters, variants, context));
}

async function make(
  { seed, trials, backend = auto.name, cluster, source }: Parameters<typeof sendTarget>[0],
  variants: readonly Variant[],
  { signal, engines, tell, note }: RunContext,
): Promise<string> {
  const work: PreparedVerification[] = [];
  for (const { one, evaluator } of variants) {
    const prepared = await prepareVerification(one, {
      ...(evaluator === undefined ? {} : { evaluator }),
      ...(trials === undefined ? {} : { trials }),
      ...(seed === undefined ? {} : { seed }),
      ...{ engines, signal, onFault: note },
    });
    signal.throwIfAborted();
    work.push(prepared!);
  }
  const { directory, node, options } = cluster;
  const folder = await makeRun(work, {
    ...{ directory, node, options, signal, release: version, file: source.path },
    ...(backend === auto.name ? {} : { engine: backend }),
  });
  signal.throwIfAborted();
  await rememberDirectory(directoryNotes(), directory);
  tell({ type: "engine", backend: processor.name, device, why: "it was sent there" });
  tell({ type: "cluster", cluster: { name: folder!.run.id, folder: folder!.path, tasks: [], more: 0 } });
  return folder!.path;
}
