import { isAbsolute, join } from "node:path";
import { batchScript } from "../cluster/index.js";
import { readTextFile, writeWhole } from "../files/index.js";
import { pathBeside } from "../work/index.js";
import { ClusterFault } from "./fault.js";
import { lineOf, shown } from "./folder.js";

/** The program that does a task, the thread in which it works, and what both look for beside themselves. */
const program = "cluster-worker.js";
const programs = [program, "cluster-task.js", "simulate-worker.js", "wabt.js"] as const;

/** A file that programs share, as another names it. */
const sharedFile = /["']\.\/(shared-[0-9A-Z]{8}\.js)["']/g;

/** Larger than any of them, in bytes. */
const largestProgram = 2 ** 26;

/** Who may do what with the batch script, which is started by its name. */
const modeOfScript = 0o700;

/**
 * Puts the worker of this release into a run's folder, and the batch script that starts it: a run goes on with the release that
 * made it. Sources take what was built of them.
 * @param folder of the run, with its folder `worker`.
 * @param node the Node that runs it, absolute, which the nodes must have at the same place: this process's own where it is one.
 * @throws ClusterFault, UnwritableFile in one line.
 */
export async function layWorker(folder: string, node: string = ownNode()): Promise<void> {
  await layPrograms(folder, programs, node);
}

/** Puts what tells of a node into a folder, as {@link layWorker} does with the worker. */
export async function layProbe(folder: string, node: string = ownNode()): Promise<void> {
  await layPrograms(folder, ["cluster-probe.js"], node);
}

/** @param bundles of which the first is what the batch script starts. */
async function layPrograms(folder: string, bundles: readonly string[], node: string): Promise<void> {
  for (const path of [node, folder]) {
    if (!isAbsolute(path) || /[\r\n]/.test(path)) {
      throw new ClusterFault(`${shown(path)} is no absolute path in one line`);
    }
  }
  const worker = join(folder, "worker");
  // What programs share is found in their texts, and in what is found there.
  const needed = new Set(bundles);
  for (const bundle of needed) {
    const path = pathBeside({ asking: import.meta.url, bundle: `./${bundle}` });
    const text = await readTextFile(path, largestProgram).catch((error) => {
      throw new ClusterFault(`${shown(path)} ${lineOf(error)}; install diag anew`);
    });
    for (const [, shared] of text.matchAll(sharedFile)) {
      needed.add(shared!);
    }
    await writeWhole(join(worker, bundle), text);
  }
  // Without it Node would take the programs for those of another kind.
  await writeWhole(join(worker, "package.json"), '{ "type": "module" }\n');
  await writeWhole(join(worker, "node"), `${node}\n`);
  await writeWhole(join(worker, "program"), `${join(worker, bundles[0]!)}\n`);
  await writeWhole(join(folder, "script"), batchScript, { mode: modeOfScript });
}

/** An editor's processes run in its own program, which a node has no use for. */
function ownNode(): string {
  if (process.versions.electron !== undefined) {
    throw new ClusterFault("name the Node that the cluster's nodes have: the editor's own is none");
  }
  return process.execPath;
}
