/** A device's process that fails in a way of its choice, or one that starts such a process: `STAND_IN` says which. */
import { serveDevice, startDevice } from "../../src/engines/device-process.js";

const way = process.env.STAND_IN;

if (way === "throws") {
  console.log("Warning: a limit was artificially reduced");
  throw new TypeError("the driver's table is broken\nand more");
}
if (way === "aborts") {
  console.error("Warning: a limit was artificially reduced");
  process.abort();
}

if (way === "starts one that hangs") {
  const link = startDevice({
    asking: import.meta.url,
    bundle: "./webgpu-stand-in.mjs",
    environment: { STAND_IN: "hangs" },
  });
  const { facts } = await link.ask("open", {});
  void link.ask("run", { first: 0, trials: 1 }).catch(() => undefined);
  // The question is on its way.
  setTimeout(() => console.log(`hangs: ${facts[0]![1]}`), 200);
} else {
  serveDevice({
    open: async () => ({ name: "stand-in", software: true, facts: [["process", `${process.pid}`]] }),
    load: async () => null,
    run() {
      // A driver that hangs keeps its process from hearing anything.
      for (;;) {}
    },
  });
}
