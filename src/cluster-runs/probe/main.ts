import { join } from "node:path";
import { scriptExits, workerExits } from "../../cluster/index.js";
import { findCompiler } from "../../engines/native/compiler.js";
import { readTextFile, UnreadableFile, writeWhole } from "../../files/index.js";
import { cutText, printableLine } from "../../printable/index.js";
import { ownArithmetic, type ProbeReport, questionFile, reportFile } from "./report.js";

/*
 * The probe's process: `node cluster-probe.js FOLDER TOKEN INDEX` tells of the node that it runs on what a run has to know of it, in
 * a file of the folder.
 */

const largestQuestion = 1000;

const [folder] = process.argv.slice(2);
process.exitCode =
  folder === undefined
    ? fail(scriptExits.usage, "usage: node cluster-probe.js FOLDER")
    : await report(folder);

async function report(where: string): Promise<number> {
  try {
    const question = await readTextFile(join(where, questionFile), largestQuestion);
    const told: ProbeReport = {
      question,
      node: process.env.SLURMD_NODENAME ?? "",
      version: process.version,
      program: process.execPath,
      arithmetic: ownArithmetic(),
      ...(await compilerHere()),
    };
    await writeWhole(join(where, reportFile), JSON.stringify(told));
    return workerExits.done;
  } catch (error) {
    return error instanceof UnreadableFile
      ? fail(workerExits.folder, `${join(where, questionFile)} ${error.message}`)
      : fail(workerExits.disk, error instanceof Error ? error.message : String(error));
  }
}

async function compilerHere(): Promise<Pick<ProbeReport, "compiler" | "problem">> {
  try {
    const { version, path } = await findCompiler();
    return { compiler: cutText(printableLine(`${path}, ${version}`), 500) };
  } catch (error) {
    return { problem: cutText(printableLine(error instanceof Error ? error.message : String(error)), 500) };
  }
}

function fail(status: number, line: string): number {
  process.stdout.write(`${printableLine(line)}\n`);
  return status;
}
