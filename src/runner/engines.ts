import type { MessageConnection } from "vscode-jsonrpc/node";
import { SimulationError } from "../compile/index.js";
import {
  type EngineFinding,
  type EngineSource,
  engineCandidates,
  examine,
  machineEngines,
} from "../engines/index.js";
import { PageLink } from "./page-link.js";
import type { EngineSettings } from "./protocol.js";

/** This machine's engines; a GPU that no process of ours can drive is sought in a page of the editor. */
export function editorEngines(connection: MessageConnection, settings: EngineSettings = {}): EngineSource {
  const options = optionsOf(settings);
  const machine = machineEngines(options);
  return {
    async open(name, signal) {
      if (name !== "webgpu" || !settings.hasPages) {
        return machine.open(name, signal);
      }
      try {
        return await machine.open(name, signal);
      } catch (inProcess) {
        if (signal?.aborted) {
          throw inProcess;
        }
        try {
          const inPages = machineEngines({ ...options, gpu: { link: new PageLink(connection) } });
          return await inPages.open(name, signal);
        } catch (inPage) {
          const reasons = `a page: ${(inPage as Error).message}; a process: ${(inProcess as Error).message}`;
          throw new SimulationError(`no GPU can be used from ${reasons}`);
        }
      }
    },
  };
}

/** Tries every engine, or only those of a name, wherever they are. */
export async function examineEngines(
  connection: MessageConnection,
  settings: EngineSettings,
  only?: string,
): Promise<EngineFinding[]> {
  const options = optionsOf(settings);
  const candidates = [
    ...engineCandidates(options),
    ...(settings.hasPages
      ? [
          {
            name: "webgpu in a page",
            open: () =>
              machineEngines({ ...options, gpu: { link: new PageLink(connection) } }).open("webgpu"),
          },
        ]
      : []),
  ];
  const findings: EngineFinding[] = [];
  for (const candidate of candidates) {
    if (only === undefined || candidate.name.split(" ")[0] === only) {
      findings.push(await examine(candidate));
    }
  }
  return findings;
}

function optionsOf({ runtimes, folders }: EngineSettings) {
  return {
    ...(runtimes === undefined ? {} : { runtimes }),
    ...(folders === undefined ? {} : { folders }),
  };
}
