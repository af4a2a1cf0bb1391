import type { MessageConnection } from "vscode-jsonrpc/node";
import {
  type EngineFinding,
  type EngineName,
  type EngineSource,
  engineCandidates,
  examine,
  type MachineOptions,
  machineEngines,
} from "../engines/index.js";
import { PageLink } from "./page-link.js";
import type { EngineSettings } from "./protocol.js";

/** This machine's engines; a GPU that no process of ours can drive is sought in a page of the editor. */
export function editorEngines(connection: MessageConnection, settings: EngineSettings = {}): EngineSource {
  return machineEngines(optionsOf(connection, settings));
}

/** Tries every engine, or only those of a name, wherever they are. */
export async function examineEngines(
  connection: MessageConnection,
  settings: EngineSettings,
  only?: EngineName,
): Promise<EngineFinding[]> {
  const findings: EngineFinding[] = [];
  for (const candidate of engineCandidates(optionsOf(connection, settings), only)) {
    findings.push(await examine(candidate));
  }
  return findings;
}

const notForVirtual = "nothing is compiled for files that are not on this machine's disk";
const notForUntrusted = "nothing is compiled in Restricted Mode; trust this workspace first";

function optionsOf(
  connection: MessageConnection,
  { runtimes, folders, compiler, isVirtual, isUntrusted, hasPages }: EngineSettings,
): MachineOptions {
  const refused = isUntrusted ? notForUntrusted : isVirtual ? notForVirtual : undefined;
  return {
    ...(runtimes === undefined ? {} : { runtimes }),
    ...(folders === undefined ? {} : { folders }),
    compiling: {
      ...(compiler === undefined ? {} : { compiler }),
      ...(refused === undefined ? {} : { refused }),
    },
    ...(hasPages ? { page: () => new PageLink(connection) } : {}),
  };
}
