// What takes long among the tests of engines and the command: faults, large sizes, every example by every engine.
// Usage: node scripts/rooms/at-length.mjs [--seconds 1800]
//   --seconds  how long that may take

import { parseArgs } from "node:util";
import { atLength, runTests } from "./vitest.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "1800" } } });
await runTests(atLength().processes, {}, Number(values.seconds));
