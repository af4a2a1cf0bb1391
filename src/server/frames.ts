import { Transform, type TransformCallback } from "node:stream";

/** A header of the protocol has a line or two. */
const longestHeader = 8 * 1024;
/** Several times the largest text that is read. */
const longestMessage = 64 * 2 ** 20;

const beginning = "content-";

/**
 * Passes the bytes of an editor on, and looks at how they are cut into messages: what counts its bytes wrongly would
 * have the reader behind wait for ever. Emits `fault` with the reason in a few words, once, and passes nothing on then.
 */
export class FrameGuard extends Transform {
  private header = "";
  /** Bytes of the body that are still to come. */
  private left = 0;
  /** The body so far, to see whether it is JSON. */
  private body: Buffer[] = [];
  private faulty = false;
  private chunks = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param silence so many milliseconds without a byte inside a message mean that its length is wrong. */
  constructor(private readonly silence: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    clearTimeout(this.timer);
    this.chunks++;
    const problem = this.faulty ? undefined : this.follow(chunk);
    if (problem !== undefined) {
      this.faulty = true;
      this.emit("fault", problem);
    }
    if (!this.faulty && (this.left > 0 || this.header !== "")) {
      const { chunks } = this;
      this.timer = setTimeout(() => setImmediate(() => this.expire(chunks)), this.silence);
      this.timer.unref();
    }
    done(null, this.faulty ? undefined : chunk);
  }

  override _flush(done: TransformCallback): void {
    clearTimeout(this.timer);
    if (!this.faulty && (this.left > 0 || this.header !== "")) {
      this.faulty = true;
      this.emit("fault", this.unfinished());
    }
    done();
  }

  /** A process that slept may find bytes that came meanwhile. */
  private expire(chunks: number): void {
    if (chunks === this.chunks) {
      this.faulty = true;
      this.emit("fault", this.unfinished());
    }
  }

  private unfinished(): string {
    return this.left > 0
      ? `${this.left} of the bytes that its Content-Length announces are missing`
      : "its header has no end";
  }

  private follow(chunk: Buffer): string | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.left > 0) {
        const piece = chunk.subarray(at, at + this.left);
        this.body.push(piece);
        this.left -= piece.length;
        at += piece.length;
        const problem = this.left === 0 ? this.endBody() : undefined;
        if (problem !== undefined) {
          return problem;
        }
        continue;
      }
      const before = this.header.length;
      this.header += chunk.toString("latin1", at, Math.min(chunk.length, at + longestHeader));
      const begun = this.header.slice(0, beginning.length).toLowerCase();
      if (begun !== beginning.slice(0, begun.length)) {
        return `a header "Content-Length: …" is expected where ${shown(this.header)} stands (was the length before it right?)`;
      }
      const end = this.header.indexOf("\r\n\r\n");
      if (end < 0) {
        if (this.header.length >= longestHeader) {
          return `its header has no end within ${longestHeader} bytes`;
        }
        return undefined;
      }
      at += end + 4 - before;
      const length = lengthIn(this.header.slice(0, end));
      if (typeof length === "string") {
        return length;
      }
      this.header = "";
      this.left = length;
    }
    return undefined;
  }

  private endBody(): string | undefined {
    const [first, ...more] = this.body;
    const body = more.length === 0 ? first! : Buffer.concat(this.body);
    this.body = [];
    return isMessage(body)
      ? undefined
      : `a message is JSON, which ${shown(body.toString("utf8", 0, 100))} is not (is its Content-Length right?)`;
  }
}

/** Longer bodies are judged by their ends: reading them twice would be felt at every key. */
const longestReadTwice = 256 * 1024;

function isMessage(body: Buffer): boolean {
  if (body.length > longestReadTwice) {
    return (
      /^\s*\{/.test(body.toString("latin1", 0, 100)) &&
      /\}\s*$/.test(body.toString("latin1", body.length - 100))
    );
  }
  try {
    const message: unknown = JSON.parse(body.toString("utf8"));
    return typeof message === "object" && message !== null;
  } catch {
    return false;
  }
}

/** The length that a header announces, or what is wrong with it. */
function lengthIn(header: string): number | string {
  const lines = header.split("\r\n").map((line) => /^([\w-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line));
  const wrong = lines.indexOf(null);
  if (wrong >= 0) {
    return `${shown(header.split("\r\n")[wrong]!)} is no line of a header; one is "Content-Length: 42"`;
  }
  const lengths = lines.filter((line) => line![1]!.toLowerCase() === "content-length");
  if (lengths.length !== 1) {
    return lengths.length === 0 ? "its header has no Content-Length" : "its header has two Content-Lengths";
  }
  const written = lengths[0]![2]!;
  const length = /^\d{1,15}$/.test(written) ? Number(written) : 0;
  if (length === 0) {
    return `its Content-Length is ${shown(written)}; it is a count of bytes`;
  }
  return length > longestMessage
    ? `its Content-Length is ${length}; messages of up to ${longestMessage} bytes are read`
    : length;
}

/** Something foreign, short and harmless. */
function shown(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  return JSON.stringify(short).replace(/[\u007f-\uffff]/g, "?");
}

/** A notification by which an editor logs an error, as bytes of the protocol. */
export function logMessage(message: string): string {
  const body = JSON.stringify({
    jsonrpc: "2.0",
    method: "window/logMessage",
    params: { type: 1, message },
  });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
