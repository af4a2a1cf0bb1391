import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  indicesOf,
  meaningOf,
  readConfiguration,
  readNodes,
  readQueue,
  readRelease,
  readSubmission,
  readTaskList,
  sighting,
} from "../../../src/cluster/index.js";
import {
  ClusterFault,
  findIntent,
  nothingAsked,
  RunFolder,
  readProgress,
  runsOf,
  stateOf,
} from "../../../src/cluster-runs/index.js";
import type { Random } from "../../language/generated/random.js";
import { aRun, aSubmission } from "../../unit/cluster-runs/a-run.js";
import { mutatedJson, mutatedText } from "../mutations.js";
import { check, checkLine, checkRefusal, target } from "../target.js";

// What a scheduler answers, and what stands in a run's folder: understood, or a line that says it was not.

interface Input {
  readonly what: "queue" | "submission" | "nodes" | "configuration" | "indices" | "folder";
  readonly text: string;
  /** Of a run's folder, the file that has this text. */
  readonly file?: string;
  readonly status: number;
}

/** Answers that were kept, of the repository that this is run in. */
const recorded = join(process.cwd(), "test", "unit", "cluster", "recorded");
const answers = readdirSync(recorded)
  .filter((name) => name.endsWith(".json"))
  .map(
    (name) => (JSON.parse(readFileSync(join(recorded, name), "utf8")) as { readonly stdout: unknown }).stdout,
  )
  .map((stdout) => (typeof stdout === "string" ? stdout : JSON.stringify(stdout)));
const nodes = "n01 idle\nn02 alloc\nn03 down*\n";
const configuration =
  "MaxArraySize            = 1001\nMaxJobCount             = 10000\nSLURM_VERSION           = 22.05.8\n";

let folder: RunFolder;
let files: Map<string, string>;

/** An answer as JSON that was changed within, as a program would, or as a text. */
function changedAnswer(random: Random, text: string): string {
  if (random.chance(0.5)) {
    return mutatedText(random, text);
  }
  try {
    return mutatedJson(random, JSON.parse(text));
  } catch {
    return mutatedText(random, text);
  }
}

const manyRanges = (random: Random): string =>
  random.several(2, 2000, () => random.of(["0-4193999", "1-4000000", "7", "1-9:2"])).join(",");

export default target<Input>({
  outcomes: ["understood", "not understood", "refused"],
  async begin(own) {
    mkdirSync(join(own, "runs"), { mode: 0o700 });
    folder = await aRun(join(own, "runs"), "aligned-1");
    await aSubmission(
      folder,
      1,
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
      { array: 17 },
    );
    files = new Map([
      ["run.json", JSON.stringify(folder.run)],
      [
        "submissions/1.json",
        JSON.stringify({
          token: "aligned-1-1",
          tasks: [
            [0, 1, 2, 3],
            [4, 5],
          ],
          before: [0, 0],
        }),
      ],
      ["submissions/1.job", JSON.stringify({ array: 17, cluster: "c" })],
      ["endings/1-0.json", JSON.stringify({ line: "ran out of time", by: "itself", isFurther: true })],
      ["results/3", "{}"],
    ]);
  },
  make(random) {
    const status = random.chance(0.9) ? 0 : 1;
    const what = random.of([
      "queue",
      "queue",
      "submission",
      "nodes",
      "configuration",
      "indices",
      "folder",
    ] as const);
    switch (what) {
      case "queue":
        return { what, status, text: changedAnswer(random, random.of(answers)) };
      case "submission":
        return { what, status, text: mutatedText(random, random.of(["12345\n", "12345;cluster\n"])) };
      case "nodes":
        return { what, status, text: random.chance(0.1) ? nodes : mutatedText(random, nodes) };
      case "configuration":
        return {
          what,
          status,
          text: random.chance(0.1) ? configuration : mutatedText(random, configuration),
        };
      case "indices":
        return {
          what,
          status,
          text: mutatedText(random, random.of(["1,3-7,9-21:3%4", "0-4294967295", "5", manyRanges(random)])),
        };
      case "folder": {
        const file = random.of([...files.keys()]);
        const sound = JSON.parse(files.get(file)!) as unknown;
        return {
          what,
          status,
          file,
          text: random.chance(0.1) ? JSON.stringify(sound) : mutatedJson(random, sound),
        };
      }
    }
  },
  async attempt({ what, text, file, status }) {
    const answer = { status, stdout: text, stderr: status === 0 ? "" : text.slice(0, 100) };
    switch (what) {
      case "queue": {
        const queue = readQueue(answer);
        if (queue.kind === "could not ask") {
          checkLine(queue.why);
          return "not understood";
        }
        for (const [array, { tasks, alone }] of queue.arrays) {
          for (const job of [...[...tasks.values()].slice(0, 20), ...(alone === undefined ? [] : [alone])]) {
            checkLine(meaningOf(job).line);
          }
          sighting(queue, array, 0);
        }
        return "understood";
      }
      case "submission": {
        const read = readSubmission(answer);
        check(!("array" in read) || Number.isSafeInteger(read.array), "an array has a number that is none");
        return "array" in read ? "understood" : "not understood";
      }
      case "nodes":
        return readNodes(answer).kind === "could not ask" ? "not understood" : "understood";
      case "configuration":
        readRelease(answer);
        return "maxArraySize" in readConfiguration(answer) ? "understood" : "not understood";
      case "indices": {
        const list = readTaskList(text);
        if (list === undefined) {
          return "not understood";
        }
        check(indicesOf(list.ranges).length <= 2 ** 22, "a list of tasks has no end");
        return "understood";
      }
      case "folder":
        try {
          writeFileSync(join(folder.path, file!), text);
          const opened = await RunFolder.open(folder.path);
          stateOf(await readProgress(opened), nothingAsked);
          await findIntent(opened, "aligned-1-1");
          await runsOf([join(folder.path, "..")]);
          return "understood";
        } catch (error) {
          return checkRefusal(error, ClusterFault);
        } finally {
          writeFileSync(join(folder.path, file!), files.get(file!)!);
        }
    }
  },
  show: ({ what, file, text }) => `${what} ${file ?? ""} ${text}`,
});
