import { Checkpoint } from "../../src/verify/checkpoint.js";
import { folderStore } from "../../src/verify/index.js";
import { imaginedTrials } from "./kept-samples.js";

/* A process that keeps more and more trials in a folder, and says after each write how many are kept now. */

const [, , folder, engine, step, wanted] = process.argv;
const store = folderStore(folder!);
let trials = 0;
const checkpoint = await Checkpoint.open(store, "kept", (line) =>
  process.stdout.write(`unreadable: ${line}\n`),
);
while (trials < Number(wanted)) {
  trials += Number(step);
  checkpoint.take(0.1, imaginedTrials(0.1, engine!, trials), 1e9);
  checkpoint.take(0.2, imaginedTrials(0.2, engine!, trials), 1e9);
  await checkpoint.write();
  process.stdout.write(`${trials}\n`);
}
