import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { homeFolder } from "../../files/index.js";
import { findNode } from "../node-program.js";
import { type PackageMachine, trustedFolder } from "../package-folders.js";

/** What the search for a native runtime may ask of a machine; nothing of it throws. */
export interface Machine extends PackageMachine {
  readonly architecture: string;
  /** Of the Node that will load the runtime: `24.1.0`. */
  readonly nodeVersion: string;
  /** Names in a folder; none when it cannot be read. */
  readonly list: (folder: string) => readonly string[];
  /** What the dynamic linker knows, as `ldconfig -p` prints it; empty where there is no such thing. */
  readonly linkerCache: () => string;
}

/** The machine that this runs on. @throws SimulationError of one line when it has no Node. */
export function thisMachine(): Machine {
  const nodeProgram = findNode();
  return {
    platform: process.platform,
    architecture: process.arch,
    nodeProgram,
    nodeVersion: nodeProgram === process.execPath ? process.versions.node : versionOf(nodeProgram),
    home: homeFolder(),
    environment: process.env,
    readText: (path) => quietly(() => readFileSync(path, "utf8"), undefined),
    list: (folder) => quietly(() => readdirSync(folder), []),
    linkerCache: () => {
      if (process.platform !== "linux") {
        return "";
      }
      // Not all users have it on their path.
      const programs = ["ldconfig", "/sbin/ldconfig", "/usr/sbin/ldconfig"];
      return programs.reduce((found, program) => found || outputOf(program, ["-p"]), "");
    },
  };
}

function versionOf(nodeProgram: string): string {
  return outputOf(nodeProgram, ["--version"]).trim().replace(/^v/, "");
}

function outputOf(program: string, words: readonly string[]): string {
  const options = {
    encoding: "utf8" as const,
    stdio: ["ignore", "pipe", "ignore"] as ["ignore", "pipe", "ignore"],
    timeout: 5000,
    // A path that is relative leads to no program of the folder that somebody works in.
    cwd: trustedFolder(),
  };
  return quietly(() => execFileSync(program, [...words], options), "");
}

function quietly<Result>(work: () => Result, otherwise: Result): Result {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
