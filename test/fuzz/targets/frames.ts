import { FrameGuard } from "../../../src/server/frames.js";
import { mutatedBytes } from "../mutations.js";
import { check, checkLine, target } from "../target.js";

// Bytes that an editor may send: cut into messages, or ended with a line. What is passed on is what came, up to the fault.

const message = (value: unknown): Buffer => {
  const body = Buffer.from(JSON.stringify(value));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
};
const sound = Buffer.concat([
  message({ jsonrpc: "2.0", id: 1, method: "initialize", params: { capabilities: {} } }),
  message({ jsonrpc: "2.0", method: "initialized", params: {} }),
  message({
    jsonrpc: "2.0",
    method: "textDocument/didOpen",
    params: { textDocument: { uri: "file:///é.diag", text: "λ" } },
  }),
]);

export default target<{ readonly bytes: Buffer; readonly chunk: number }>({
  outcomes: ["passed on", "ended"],
  make: (random) => ({
    bytes: random.chance(0.05) ? sound : mutatedBytes(random, sound),
    chunk: random.of([1, 2, 5, 17, 100, 10_000]),
  }),
  async attempt({ bytes, chunk }) {
    // Silence is measured by a clock; here the end comes at once.
    const guard = new FrameGuard(1_000_000);
    let fault: string | undefined;
    const passed: Buffer[] = [];
    guard.on("fault", (words: string) => {
      check(fault === undefined, "a fault is told twice");
      fault = words;
    });
    guard.on("data", (piece: Buffer) => passed.push(piece));
    const ended = new Promise((resolve) => guard.once("end", resolve));
    for (let at = 0; at < bytes.length; at += chunk) {
      guard.write(bytes.subarray(at, at + chunk));
    }
    guard.end();
    await ended;
    const all = Buffer.concat(passed);
    check(all.equals(bytes.subarray(0, all.length)), "other bytes are passed on than came");
    if (fault === undefined) {
      check(all.length === bytes.length, "bytes are kept back without a word");
      return "passed on";
    }
    checkLine(fault);
    return "ended";
  },
  show: ({ bytes, chunk }) => `${chunk} ${bytes.toString("latin1")}`,
});
