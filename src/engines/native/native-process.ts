import { type ChildProcess, spawn } from "node:child_process";
import { DeviceEnd, DeviceLost } from "../../device/index.js";
import type { ColumnSums } from "../../simulate/exact-sum.js";
import { unlessSilent, watchProcess } from "../../work/index.js";
import { trustedFolder } from "../package-folders.js";
import { squareDigits, sumDigits } from "../wasm/addresses.js";
import { integerOf } from "../wasm/digits.js";
import { fromProgram, greeting, resultNumbers, toProgram } from "./driver-text.js";

/** How long it may be silent, in seconds: much longer than it should take until it says that trials go on. */
export const usualSilence = 30;

/** Milliseconds that chunks under way have once trials are to stop. */
const patience = 200;

/** No greeting is longer, and no answer, in bytes. */
const longest = { greeting: 64, answer: 2 ** 31 } as const;

/** What a program did of the trials that it was asked for. */
export interface ProgramTrials {
  readonly trials: number;
  /** Whether these are the first ones. */
  readonly isWhole: boolean;
  /** How many did not diverge, and of these the test losses of how many hold; those that are to be done again are in neither. */
  readonly finite: number;
  readonly settled: number;
  /** Of each column, without what overflowed. */
  readonly sums: readonly ColumnSums[];
  /** Trials that are in no sum, for the program cannot do them. */
  readonly redone: readonly { readonly first: number; readonly trials: number }[];
  readonly seconds: number;
  /** Of each column what it is in each trial less its center, where that was asked for. */
  readonly values: readonly Float64Array[];
}

export interface ProgramRequest {
  readonly first: number;
  readonly trials: number;
  readonly chunk: number;
  readonly wantsValues: boolean;
}

/** A compiled program while it runs. Whatever it does (hang, crash), `close` ends it. */
export class NativeProcess {
  private readonly child: ChildProcess;
  private readonly ending = new DeviceEnd();
  private readonly received: Buffer[] = [];
  private receivedBytes = 0;
  private isGreeted = false;
  private heard = performance.now();
  private answered: ((answer: { kind: number; bytes: Buffer }) => void) | undefined;

  private constructor(
    path: string,
    private readonly silence: number,
  ) {
    this.child = spawn(path, [], {
      cwd: trustedFolder(),
      env: {},
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const { stdin, stdout, stderr } = this.child;
    stdin!.on("error", () => undefined);
    stdout!.on("data", (bytes: Buffer) => this.take(bytes));
    watchProcess(
      this.child,
      () => undefined,
      ({ words }) => this.ending.end(new DeviceLost(`the compiled program ${words}`)),
      [stderr],
    );
  }

  /**
   * Starts a program and gives it what its kernels' memories hold.
   * @param silence seconds for which it may say nothing.
   * @throws DeviceLost of one line; then it is closed.
   */
  static async start(path: string, memories: Uint8Array, silence = usualSilence): Promise<NativeProcess> {
    const program = new NativeProcess(path, silence);
    try {
      const hello = await program.answer(() => undefined);
      if (hello.kind !== fromProgram.hello || hello.bytes.toString("latin1") !== greeting) {
        throw new DeviceLost("the compiled program says something else than it should");
      }
      program.isGreeted = true;
      const loaded = await program.answer(() => program.say(toProgram.load, memories));
      program.expect(loaded, fromProgram.loaded);
      return program;
    } catch (error) {
      program.close();
      throw error;
    }
  }

  /** The process's number, while there is one. */
  get processId(): number | undefined {
    return this.child.pid;
  }

  /** @param columns how many there are. @param signal has chunks end that are under way, and no other begin. @throws DeviceLost. */
  async run(request: ProgramRequest, columns: number, signal?: AbortSignal): Promise<ProgramTrials> {
    const { first, trials, chunk, wantsValues } = request;
    const timers: NodeJS.Timeout[] = [];
    const stop = () => {
      this.say(toProgram.stop, Uint8Array.of(1));
      timers.push(setTimeout(() => this.say(toProgram.stop, Uint8Array.of(2)), patience));
    };
    try {
      const done = await this.answer(() => {
        const numbers = BigInt64Array.from([first, trials, chunk, wantsValues ? 1 : 0], BigInt);
        this.say(toProgram.run, new Uint8Array(numbers.buffer));
        signal?.addEventListener("abort", stop, { once: true });
        if (signal?.aborted) {
          stop();
        }
      });
      this.expect(done, fromProgram.done);
      return trialsIn(done.bytes, request, columns);
    } finally {
      timers.forEach(clearTimeout);
      signal?.removeEventListener("abort", stop);
    }
  }

  close(): void {
    this.ending.end(new DeviceLost("the compiled program was let go"));
    this.child.kill("SIGKILL");
  }

  /** The next answer after what `ask` says. @throws DeviceLost when it ends or is silent before. */
  private async answer(ask: () => void): Promise<{ kind: number; bytes: Buffer }> {
    const next = new Promise<{ kind: number; bytes: Buffer }>((resolve) => {
      this.answered = resolve;
    });
    const late = () => {
      this.close();
      return new DeviceLost(`the compiled program has not answered for ${this.silence} s`);
    };
    return await unlessSilent(
      this.silence,
      () => this.heard,
      () => {
        ask();
        this.tellAnswers();
        return this.ending.before(next);
      },
      late,
    );
  }

  private expect({ kind, bytes }: { kind: number; bytes: Buffer }, wanted: number): void {
    if (kind === wanted) {
      return;
    }
    this.close();
    const line =
      kind === fromProgram.failed ? bytes.toString("latin1").slice(0, 200) : "it answered something else";
    throw new DeviceLost(`the compiled program failed: ${line}`);
  }

  private say(kind: number, bytes: Uint8Array): void {
    const { stdin } = this.child;
    stdin!.write(Uint32Array.of(kind, bytes.length));
    stdin!.write(bytes);
  }

  private take(bytes: Buffer): void {
    this.heard = performance.now();
    this.received.push(bytes);
    this.receivedBytes += bytes.length;
    this.tellAnswers();
  }

  /** Tells whoever waits of a whole answer; that it is alive is heard and no answer. */
  private tellAnswers(): void {
    while (this.receivedBytes >= 8 && this.answered !== undefined) {
      const head = this.received[0]!.length >= 8 ? this.received[0]! : this.joined();
      const [kind, length] = [head.readUInt32LE(0), head.readUInt32LE(4)];
      if (length > (this.isGreeted ? longest.answer : longest.greeting)) {
        this.ending.end(new DeviceLost("the compiled program says something else than it should"));
        this.child.kill("SIGKILL");
        return;
      }
      if (this.receivedBytes < 8 + length) {
        return;
      }
      const all = this.joined();
      this.received.length = 0;
      this.received.push(all.subarray(8 + length));
      this.receivedBytes -= 8 + length;
      if (kind !== fromProgram.alive) {
        const { answered } = this;
        this.answered = undefined;
        answered({ kind, bytes: all.subarray(8, 8 + length) });
      }
    }
  }

  private joined(): Buffer {
    const all = this.received.length === 1 ? this.received[0]! : Buffer.concat(this.received);
    this.received.length = 0;
    this.received.push(all);
    return all;
  }
}

/** @throws DeviceLost when an answer is none to the request. */
function trialsIn(
  bytes: Buffer,
  { first, trials, wantsValues }: ProgramRequest,
  columns: number,
): ProgramTrials {
  const digits = sumDigits + squareDigits;
  const wrong = () => new DeviceLost("the compiled program failed: it answered something else");
  const fixed = resultNumbers + columns * (1 + digits);
  if (bytes.length % 8 !== 0 || bytes.length < 8 * fixed) {
    throw wrong();
  }
  // Numbers lie anywhere in what was received.
  const numbers = new BigInt64Array(bytes.length / 8);
  new Uint8Array(numbers.buffer).set(bytes);
  const [done, whole, finite, settled, redos, nanoseconds] = Array.from(
    numbers.subarray(0, resultNumbers),
    Number,
  );
  const values = wantsValues ? columns * trials : 0;
  const isRight =
    [done, finite, settled, redos].every((count) => count! >= 0 && count! <= trials) &&
    numbers.length === fixed + 2 * redos! + values;
  if (!isRight) {
    throw wrong();
  }
  const redone = Array.from({ length: redos! }, (_, index) => ({
    first: Number(numbers[fixed + 2 * index]!),
    trials: Number(numbers[fixed + 2 * index + 1]!),
  }));
  if (redone.some((one) => one.first < first || one.trials < 1 || one.first + one.trials > first + trials)) {
    throw wrong();
  }
  const valuesAt = 8 * (fixed + 2 * redos!);
  return {
    ...{ trials: done!, isWhole: whole === 1, finite: finite!, settled: settled! },
    sums: Array.from({ length: columns }, (_, column) => {
      const at = resultNumbers + column * (1 + digits);
      return {
        count: Number(numbers[at]!),
        sum: integerOf(numbers.subarray(at + 1, at + 1 + sumDigits)),
        squares: integerOf(numbers.subarray(at + 1 + sumDigits, at + 1 + digits)),
      };
    }),
    redone,
    seconds: nanoseconds! * 1e-9,
    values: wantsValues
      ? Array.from(
          { length: columns },
          (_, column) => new Float64Array(numbers.buffer, valuesAt + 8 * column * trials, trials),
        )
      : [],
  };
}
