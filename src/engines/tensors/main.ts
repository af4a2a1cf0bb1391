import { serveDevice } from "../device-process.js";
import { estimateHandlers } from "./estimate-handlers.js";
import type { OpenedTensors } from "./opened.js";
import { tensorHandlers } from "./serve.js";

/* The process that carries tensors out. Its parent ends it. */

let opened: OpenedTensors | undefined;
serveDevice(
  tensorHandlers((now) => {
    opened = now;
  }),
  estimateHandlers(() => opened),
);
