import { GpuDevice, type ShaderJob } from "../../../src/device/index.js";

/** A dispatch that a fake GPU was asked for, its numbers as in the shader's `Parameters`. */
export interface Dispatch {
  readonly entry: string;
  readonly workgroups: number;
  readonly first: number;
  readonly fromTrial: number;
  readonly toTrial: number;
  readonly stride: number;
  readonly firstEpoch: number;
  readonly endEpoch: number;
  readonly firstBlock: number;
  readonly endBlock: number;
  readonly begin: boolean;
}

class FakeBuffer {
  destroyed = false;
  readonly contents: ArrayBuffer;
  constructor(readonly size: number) {
    this.contents = new ArrayBuffer(Math.min(size, 2 ** 16));
  }
  destroy(): void {
    this.destroyed = true;
  }
  mapAsync = async (): Promise<void> => undefined;
  getMappedRange = (): ArrayBuffer => this.contents;
  unmap = (): void => undefined;
}

export interface FakeOptions {
  /** How long a dispatch takes, in seconds. */
  readonly seconds?: (dispatch: Dispatch) => number;
  readonly largestBuffer?: number;
  /** Called for each dispatch, before it is done. */
  readonly onDispatch?: (dispatch: Dispatch) => void;
}

/**
 * A GPU that computes nothing: it notes what it is asked for, and takes as long as it is told to, on a clock of its
 * own which stands in for `performance.now()`.
 */
export class FakeGpu {
  readonly dispatches: Dispatch[] = [];
  readonly buffers: FakeBuffer[] = [];
  /** Of so many bytes together there is no more. */
  memory = Number.POSITIVE_INFINITY;
  /** Milliseconds. */
  now = 0;
  private readonly options: FakeOptions;
  private words = new Uint32Array(0);
  private refused = false;
  private loseDevice: (info: { message: string }) => void = () => undefined;
  private onError: (event: { error: { message: string } }) => void = () => undefined;

  constructor(options: FakeOptions = {}) {
    this.options = options;
  }

  /** Bytes of all buffers that are not destroyed. */
  get held(): number {
    return this.buffers.reduce((sum, { size, destroyed }) => sum + (destroyed ? 0 : size), 0);
  }

  /** The driver takes the device away. */
  lose(message: string): void {
    this.loseDevice({ message });
  }

  /** Something fails that no call reports. */
  fail(message: string): void {
    this.onError({ error: { message } });
  }

  open(visits?: number): Promise<GpuDevice> {
    const limits = {
      maxStorageBufferBindingSize: this.options.largestBuffer ?? 2 ** 30,
      maxBufferSize: this.options.largestBuffer ?? 2 ** 30,
    };
    const adapter = { info: { vendor: "fake" }, limits, requestDevice: async () => this.device(limits) };
    const gpu = { requestAdapter: async () => adapter } as unknown as GPU;
    return GpuDevice.open(gpu, [], visits === undefined ? {} : { visits });
  }

  private device(limits: object): unknown {
    return {
      limits,
      lost: new Promise((resolve) => {
        this.loseDevice = resolve;
      }),
      addEventListener: (_: string, listener: () => void) => {
        this.onError = listener;
      },
      pushErrorScope: () => {
        this.refused = false;
      },
      popErrorScope: async () => (this.refused ? { message: "no memory" } : null),
      createShaderModule: () => ({}),
      createBindGroupLayout: () => ({}),
      createPipelineLayout: () => ({}),
      createComputePipelineAsync: async ({ compute }: { compute: { entryPoint: string } }) =>
        compute.entryPoint,
      createBindGroup: () => ({}),
      createBuffer: ({ size }: { size: number }) => {
        if (this.held + size > this.memory) {
          this.refused = true;
        }
        const buffer = new FakeBuffer(size);
        this.buffers.push(buffer);
        return buffer;
      },
      createCommandEncoder: () => this.encoder(),
      queue: {
        writeBuffer: (_: FakeBuffer, __: number, words: Uint32Array<ArrayBuffer>) => {
          if (words.length === 32) {
            this.words = words;
          }
        },
        submit: () => undefined,
        onSubmittedWorkDone: async () => undefined,
      },
      destroy: () => undefined,
    };
  }

  private encoder(): unknown {
    let entry = "";
    return {
      beginComputePass: () => ({
        setPipeline: (pipeline: string) => {
          entry = pipeline;
        },
        setBindGroup: () => undefined,
        dispatchWorkgroups: (workgroups: number) => this.note(entry, workgroups),
        end: () => undefined,
      }),
      copyBufferToBuffer: () => undefined,
      finish: () => ({}),
    };
  }

  private note(entry: string, workgroups: number): void {
    const words = this.words.subarray(20);
    const dispatch: Dispatch = {
      entry,
      workgroups,
      first: words[0]! + 2 ** 32 * words[1]!,
      fromTrial: words[2]!,
      toTrial: words[3]!,
      stride: words[4]!,
      firstEpoch: words[5]!,
      endEpoch: words[6]!,
      firstBlock: words[7]!,
      endBlock: words[8]!,
      begin: words[9] === 1,
    };
    this.dispatches.push(dispatch);
    this.options.onDispatch?.(dispatch);
    this.now += 1000 * (this.options.seconds?.(dispatch) ?? 0);
  }
}

export const job: ShaderJob = {
  kind: "shader",
  code: "",
  table: [0],
  state: 2,
  stored: 0,
  columns: 1,
  products: [],
  blocks: 3,
  descentBlocks: 3,
  epochs: 1,
  extraVisits: 0,
  checked: 0,
  trainLoss: false,
  seed: [5, 0],
};
