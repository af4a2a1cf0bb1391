/** A device's process that fails in a way of its choice: `STAND_IN` says which. */
import { serveDevice } from "../../src/simulate/device-process.js";

const way = process.env.STAND_IN;

if (way === "throws") {
  console.log("Warning: a limit was artificially reduced");
  throw new TypeError("the driver's table is broken\nand more");
}
if (way === "aborts") {
  console.error("Warning: a limit was artificially reduced");
  process.abort();
}

serveDevice({
  open: async () => ({ name: "stand-in", software: true, facts: [] }),
  load: async () => null,
  run() {
    // A driver that hangs keeps its process from hearing anything.
    for (;;);
  },
});
