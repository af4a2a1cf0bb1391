import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// `diag lsp --stdio` from the outside: bytes that are no messages end it, with a line and the status of bad input.

const program = fileURLToPath(new URL("../../dist/diag.js", import.meta.url));

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What the server does of some bytes, behind which nothing comes and nothing ends. */
function serve(bytes: string, until?: RegExp): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, "lsp", "--stdio"]);
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (until?.test(output)) {
        child.kill();
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on("close", (status) => resolve({ status, output, errors }));
    child.stdin.write(bytes);
  });
}

test.each([
  ["a negative length", "Content-Length: -1\r\n\r\n{}"],
  ["no number", "Content-Length: many\r\n\r\n{}"],
  ["a huge length", "Content-Length: 99999999999\r\n\r\n{}"],
  [
    "too short a length",
    'Content-Length: 5\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}',
  ],
  ["no header", "hello\r\n\r\n"],
])("%s ends it", async (_, bytes) => {
  const { status, output, errors } = await serve(bytes);
  expect(status).toBe(2);
  expect(errors).toMatch(/^diag: what arrives is no message of the protocol: [^\n]+; the server ends\n$/);
  expect(output).toContain('"method":"window/logMessage"');
});

test("a request before `initialize` is answered", async () => {
  const body = '{"jsonrpc":"2.0","id":7,"method":"textDocument/hover","params":{}}';
  const { output } = await serve(`Content-Length: ${body.length}\r\n\r\n${body}`, /"id":7/);
  expect(output).toContain('"code":-32002');
});
