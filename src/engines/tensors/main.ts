import { serveDevice } from "../device-process.js";
import { tensorHandlers } from "./serve.js";

/* The process that carries tensors out. Its parent ends it. */

serveDevice(tensorHandlers());
