import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

export interface RivalOptions {
  readonly name: "JAX" | "PyTorch";
  readonly python: string;
  readonly landscape: string;
  readonly trials: number;
  readonly updates: number;
  /** For each variant. */
  readonly tuningSeconds: number;
}

/** What a variant has measured over all rounds. */
export interface RivalRow {
  readonly variant: string;
  readonly settings: string;
  readonly device: string;
  readonly gpu: boolean;
  /** As `torch 2.6.0`. */
  readonly versions: string;
  /** Trials of a run: at least those that were asked for. */
  readonly trials: number;
  readonly seconds: readonly number[];
  readonly mean: number;
  readonly standardError: number;
}

/** A line of a rival, as rival.py writes it. */
interface Message {
  readonly variant?: string;
  readonly unavailable?: string;
  readonly ready?: readonly string[];
  readonly settings?: string;
  readonly device?: string;
  readonly gpu?: boolean;
  readonly versions?: Readonly<Record<string, string | null>>;
  readonly trials?: number;
  readonly seconds?: readonly number[];
  readonly mean?: number | null;
  readonly standardError?: number | null;
}

const scripts = { JAX: "bench/gpu/jax_descent.py", PyTorch: "bench/gpu/torch_descent.py" } as const;

/** How long a rival may be silent, in seconds. A compiler may take long, and a run on a processor too. */
const patience = 300;

/** A rival in a process of its own, which stays ready between rounds. */
export class Rival {
  readonly name: RivalOptions["name"];
  readonly rows = new Map<string, RivalRow>();
  /** Why a variant, or the whole rival (variant ""), has no row. */
  readonly missing = new Map<string, string>();
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private notes = "";
  private heard = performance.now();
  private ready: readonly string[] = [];
  private failure: string | undefined;

  constructor({ name, python, landscape, trials, updates, tuningSeconds }: RivalOptions) {
    this.name = name;
    const words = ["--landscape", landscape, "--trials", trials, "--steps", updates, "--repeats", 1].map(
      String,
    );
    const more = ["--tuning-seconds", `${tuningSeconds}`, "--json", "--on-request"];
    // The command runs in the project's folder, wherever this is bundled.
    this.child = spawn(python, [resolve(scripts[name]), ...words, ...more], {
      env: { ...process.env, XLA_PYTHON_CLIENT_PREALLOCATE: "false", PYTHONDONTWRITEBYTECODE: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.child.on("error", (error: NodeJS.ErrnoException) => {
      this.failure = error.code === "ENOENT" ? `${python} is not installed` : error.message;
    });
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.notes = (this.notes + text).slice(-4000);
      this.heard = performance.now();
    });
    // A process that is gone takes no more lines; that is told where its answer is missed.
    this.child.stdin!.on("error", () => undefined);
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** Waits until the rival has compiled and tuned what it can. */
  async prepare(): Promise<void> {
    await this.guarded(async () => {
      for (;;) {
        const message = await this.next();
        this.take(message);
        if (message.ready !== undefined) {
          this.ready = message.ready;
          return;
        }
        if (message.variant === undefined) {
          return;
        }
      }
    });
  }

  /** Has each variant run once. */
  async round(): Promise<void> {
    if (this.ready.length === 0) {
      return;
    }
    await this.guarded(async () => {
      this.child.stdin!.write("\n");
      for (const _ of this.ready) {
        this.take(await this.next());
      }
    });
  }

  async close(): Promise<void> {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) {
      return;
    }
    this.child.kill("SIGKILL");
    await once(this.child, "close");
  }

  /** A rival that fails is out of the race; its rows so far stand. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.ready = [];
      this.missing.set("", (error as Error).message);
      this.child.kill("SIGKILL");
    }
  }

  private async next(): Promise<Message> {
    let timer: NodeJS.Timeout | undefined;
    this.heard = performance.now();
    const late = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (performance.now() - this.heard < patience * 1000) {
          return;
        }
        reject(new Error(`it was silent for ${patience} s`));
      }, 1000);
    });
    try {
      const { value, done } = await Promise.race([this.lines.next(), late]);
      if (done) {
        throw new Error(await this.ending());
      }
      return JSON.parse(value) as Message;
    } finally {
      clearInterval(timer);
    }
  }

  private async ending(): Promise<string> {
    const child = this.child;
    if (this.failure === undefined && child.exitCode === null && child.signalCode === null) {
      await Promise.race([once(child, "close"), once(child, "error")]).catch(() => undefined);
    }
    const last = this.notes.trim().split("\n").at(-1);
    return this.failure ?? `it ended early${last ? `: ${last.slice(0, 200)}` : ""}`;
  }

  private take(message: Message): void {
    const { variant = "", unavailable, versions, seconds } = message;
    if (unavailable !== undefined) {
      this.missing.set(variant, unavailable);
      this.ready = this.ready.filter((name) => name !== variant);
      return;
    }
    if (seconds === undefined) {
      return;
    }
    this.rows.set(variant, {
      variant,
      settings: message.settings ?? "",
      device: message.device ?? "",
      gpu: message.gpu === true,
      versions: Object.entries(versions ?? {})
        .filter(([, version]) => version !== null)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
      trials: message.trials ?? 0,
      seconds: [...(this.rows.get(variant)?.seconds ?? []), ...seconds],
      mean: message.mean ?? Number.NaN,
      standardError: message.standardError ?? Number.NaN,
    });
  }
}
