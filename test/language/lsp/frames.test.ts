import { describe, expect, test, vi } from "vitest";
import { printableLine } from "../../../src/printable/index.js";
import { FrameGuard } from "../../../src/server/frames.js";

// Bytes that are cut into messages as the protocol says go through unchanged, however they arrive; all others are told.

const message = (body: string, header = `Content-Length: ${Buffer.byteLength(body)}`) =>
  `${header}\r\n\r\n${body}`;
const request = '{"jsonrpc":"2.0","id":1,"method":"größe"}';

/** What came through, and what was told, of bytes in pieces of a length. */
function pass(text: string, length: number): { through: string; faults: string[] } {
  const guard = new FrameGuard(60_000);
  const through: Buffer[] = [];
  const faults: string[] = [];
  guard.on("data", (chunk: Buffer) => through.push(chunk));
  guard.on("fault", (fault: string) => faults.push(fault));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += length) {
    guard.write(bytes.subarray(at, at + length));
  }
  const read = () => Buffer.concat(through).toString("utf8");
  while (guard.readableLength > 0) {
    guard.read();
  }
  return {
    get through() {
      return read();
    },
    faults,
  };
}

test.each([1, 2, 3, 7, 64, 100_000])("sound messages in pieces of %i bytes", async (length) => {
  const text = [
    message(request),
    message(request, `content-length:${Buffer.byteLength(request)}`),
    message("[]", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2"),
    message(`{"text":${JSON.stringify("x".repeat(300_000))}}`),
    message("\n {} \n"),
  ].join("");
  const passed = pass(text, length);
  await expect.poll(() => passed.through.length).toBe(text.length);
  expect(passed.through).toBe(text);
  expect(passed.faults).toEqual([]);
});

describe.each([1, 5, 100_000])("in pieces of %i bytes", (length) => {
  test.each([
    ["Content-Length: -5\r\n\r\n{}", /Content-Length is "-5"/],
    ["Content-Length: ten\r\n\r\n{}", /Content-Length is "ten"/],
    ["Content-Length: 1e3\r\n\r\n{}", /Content-Length is "1e3"/],
    ["Content-Length: 0x10\r\n\r\n{}", /Content-Length is "0x10"/],
    ["Content-Length: \r\n\r\n{}", /Content-Length is ""/],
    ["Content-Length: 0\r\n\r\n", /Content-Length is "0"/],
    ["Content-Length: 99999999999\r\n\r\n{}", /messages of up to/],
    [`Content-Length: ${"9".repeat(400)}\r\n\r\n{}`, /it is a count of bytes/],
    ["Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", /two Content-Lengths/],
    ["Content-Type: x\r\n\r\n{}", /no Content-Length/],
    ["Content-Length 2\r\n\r\n{}", /no line of a header/],
    [`Content-X: ${"x".repeat(9000)}`, /has no end/],
    ["hello", /"Content-Length: …" is expected/],
    ["\u001b[2J", /is expected/],
    [message(request, "Content-Length: 5"), /a message is JSON/],
    [message(request, "Content-Length: 20") + message(request), /a message is JSON/],
    [
      message(request, `Content-Length: ${Buffer.byteLength(request) + 30}`) + message(request),
      /a message is JSON/,
    ],
    [
      message(`${request} `, `Content-Length: ${Buffer.byteLength(request)}`) + message(request),
      /is expected/,
    ],
    [message("null"), /a message is JSON/],
    [message("{]"), /a message is JSON/],
  ])("%j is told once, in a line, and nothing goes on behind it", (text, expected) => {
    const { faults } = pass(text + message(request), length);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(expected);
    expect(printableLine(faults[0]!)).toBe(faults[0]);
  });
});

test("a message that does not go on is told after a while, and one that goes on is not", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate"] });
  try {
    const guard = new FrameGuard(1000);
    const faults: string[] = [];
    guard.on("fault", (fault: string) => faults.push(fault));
    guard.resume();
    guard.write(Buffer.from("Content-Length: 50\r\n\r\n{"));
    await vi.advanceTimersByTimeAsync(900);
    guard.write(Buffer.from(" "));
    await vi.advanceTimersByTimeAsync(900);
    expect(faults).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(faults).toEqual(["48 of the bytes that its Content-Length announces are missing"]);
  } finally {
    vi.useRealTimers();
  }
});
