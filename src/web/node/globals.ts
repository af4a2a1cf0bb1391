import { Buffer } from "./buffer.js";

/** What Node has everywhere and browsers lack; the build puts it where its names are used. */

export { Buffer };

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** After what has happened by now. A timer of browsers would wait for four milliseconds. */
export function setImmediate(work: (...given: never[]) => void, ...given: unknown[]): void {
  waiting.push(() => work(...(given as never[])));
  channel.port2.postMessage(undefined);
}

/** A timer that is asked not to keep a process alive, which none does here. */
class Timer {
  constructor(readonly id: number) {}
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

export function setTimeout(
  work: (...given: never[]) => void,
  milliseconds?: number,
  ...given: unknown[]
): Timer {
  return new Timer(globalThis.setTimeout(work as () => void, milliseconds, ...given) as unknown as number);
}

export function clearTimeout(timer: Timer | undefined): void {
  globalThis.clearTimeout(timer?.id);
}

/** Memory that threads share; where pages may have none, memory that each has for itself. */
const sharedMemory: SharedArrayBufferConstructor | ArrayBufferConstructor =
  globalThis.SharedArrayBuffer ?? ArrayBuffer;

export { sharedMemory as SharedArrayBuffer };

/** What is asked of a process. Whoever ends it ends this worker. */
export const process = {
  platform: "linux",
  arch: "wasm",
  pid: Math.floor(Math.random() * 2 ** 31),
  version: "none: in a browser",
  versions: {},
  env: {} as Readonly<Record<string, string | undefined>>,
  argv: [],
  execPath: "",
  cwd: () => "/",
  on: () => undefined,
  exit: () => self.close(),
  stderr: { write: (text: string) => console.warn(text.trimEnd()) },
  nextTick: (work: (...given: never[]) => void, ...given: unknown[]) =>
    queueMicrotask(() => work(...(given as never[]))),
};
