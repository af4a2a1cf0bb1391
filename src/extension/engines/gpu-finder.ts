import type { EngineFinding } from "../../engines/index.js";
import { gpu, gpuOfPage } from "../../runs/index.js";

/** A GPU as far as the Test Explorer cares. */
export interface KnownGpu {
  readonly device: string;
  /** Whether it is a program that imitates one. */
  readonly software: boolean;
}

/** Keeps a GPU that a page of some window had, over windows. Like `vscode.Memento`. */
export interface GpuMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const memoryKey = "diag.gpuOfPage";

/** The least of an event that listeners need. */
type Listener = () => void;

/**
 * Knows whether this window has a GPU to simulate on. It is looked for once, by a process that shows nothing; that a
 * page has one is learned when a page was opened for something else, and remembered.
 */
export class GpuFinder {
  private readonly listeners = new Set<Listener>();
  private inProcess: KnownGpu | undefined;
  private inPage: KnownGpu | undefined;
  private looking: Promise<void> | undefined;

  /**
   * @param search looks at the GPU that a process can use; it shows nothing.
   * @param acceptsSoftware whether a program that imitates a GPU counts.
   */
  constructor(
    private readonly search: () => Promise<readonly EngineFinding[]>,
    private readonly memory: GpuMemory,
    private readonly acceptsSoftware: () => boolean,
  ) {
    this.inPage = readGpu(memory.get(memoryKey));
  }

  readonly onDidChange = (listener: Listener): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  /** The GPU that works here; `undefined` when none is known. */
  get gpu(): KnownGpu | undefined {
    return [this.inProcess, this.inPage].find((gpu) => gpu && (!gpu.software || this.acceptsSoftware()));
  }

  /** Looks for a GPU, unless that was done before; resolves when all is known that will be. */
  look(): Promise<void> {
    this.looking ??= this.search().then(
      (findings) => this.learn(findings),
      // Another time, perhaps.
      () => {
        this.looking = undefined;
      },
    );
    return this.looking;
  }

  /** Takes what was found of engines; what is not among the findings stays as it was. */
  learn(findings: readonly EngineFinding[]): void {
    for (const finding of findings) {
      if (finding.engine === gpu.name) {
        this.inProcess = gpuOf(finding);
      }
      if (finding.engine === gpuOfPage) {
        this.rememberPage(gpuOf(finding));
      }
    }
    this.tell();
  }

  /** A page has a GPU. */
  learnOfPage(gpu: KnownGpu): void {
    this.rememberPage(gpu);
    this.tell();
  }

  /** Something that matters is set otherwise. */
  tell(): void {
    for (const listener of [...this.listeners]) {
      listener();
    }
  }

  private rememberPage(gpu: KnownGpu | undefined): void {
    this.inPage = gpu;
    void this.memory.update(memoryKey, gpu && { device: gpu.device, software: gpu.software });
  }
}

function gpuOf({ works, device, software }: EngineFinding): KnownGpu | undefined {
  return works && device !== undefined ? { device, software: software === true } : undefined;
}

function readGpu(value: unknown): KnownGpu | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const { device, software } = value as Readonly<Record<string, unknown>>;
  return typeof device === "string" && typeof software === "boolean" ? { device, software } : undefined;
}
