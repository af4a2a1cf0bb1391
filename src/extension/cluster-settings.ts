import { isAbsolute } from "node:path";
import * as vscode from "vscode";
import { clusterDirectory } from "../cli/folders.js";
import { checkAsked } from "../cluster/index.js";
import type { ClusterSettings } from "../runner/index.js";
import { findProgram } from "../work/program-path.js";
import { isInBrowser, isVirtual } from "./engines/index.js";
import { countSetting } from "./settings.js";

const own = "cluster";

/** Settings that are words for the cluster. */
const words = ["partition", "time", "gres", "account"] as const;

/** Whether runs may be sent to a cluster from this window: somebody has said so, and what is open is trusted and on this machine. */
export function isClusterOffered(): boolean {
  return (
    vscode.workspace.getConfiguration("diag").get<unknown>(`${own}.enabled`) === true &&
    vscode.workspace.isTrusted &&
    !isVirtual() &&
    !isInBrowser()
  );
}

/** With what runs are sent to a cluster; a line that says what is wrong where they cannot be. */
export function clusterSettings(): ClusterSettings | string {
  if (isInBrowser()) {
    return "runs on a cluster need the desktop editor: an editor in a browser starts no programs";
  }
  if (!isClusterOffered()) {
    return "runs on a cluster are off here; turn diag.cluster.enabled on for this workspace, which must be trusted and on this machine's disk";
  }
  const named = Object.fromEntries(
    words.flatMap((name) => {
      const value = machineText(name);
      return value === "" ? [] : [[name, value] as const];
    }),
  );
  const options = { ...named, processors: countSetting("cluster.processors") };
  const fault = checkAsked(options);
  if (fault !== undefined) {
    return fault.replace(/^--/, "diag.cluster.");
  }
  const directory = machineText("directory") || clusterDirectory();
  const node = machineText("node") || findProgram("node", process.env);
  if (node === undefined) {
    return "there is no node on the PATH; name the Node that the cluster's nodes have, with its full path, in diag.cluster.node";
  }
  for (const [name, path] of [["directory", directory] as const, ["node", node] as const]) {
    if (!isAbsolute(path)) {
      return `diag.cluster.${name} takes a full path, not ${path}`;
    }
  }
  return { directory, node, options };
}

/** A setting of the machine's: of a workspace's values none counts, though the editor should know of none. */
function machineText(name: (typeof words)[number] | "directory" | "node"): string {
  const values = vscode.workspace.getConfiguration("diag").inspect<unknown>(`${own}.${name}`);
  const value = values?.globalValue;
  return typeof value === "string" ? value.trim() : "";
}
