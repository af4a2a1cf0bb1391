/** What a new worker is told first. */
export interface StartMessage {
  /** Which program of ours it is, by the name of its bundle on the desktop: `runner.js`. */
  readonly role: string;
  /** The address of the worker's script, for workers of its own. */
  readonly script: string;
  /** Through this it talks with who started it. */
  readonly talk: MessagePort;
  /** Through this it asks for files. */
  readonly files: MessagePort;
  readonly workerData: unknown;
}

/** What workers of this thread are started with. */
export interface Surroundings {
  /** The address of the worker's script, as soon as it is known. */
  readonly script: Promise<string>;
  /** Answers for a worker's files. */
  readonly serveFiles: (port: MessagePort) => void;
}

let surroundings: Surroundings | undefined;

/** Says with what workers of this thread are started. */
export function surround(given: Surroundings): void {
  surroundings = given;
}

let known: string | undefined;

/**
 * The address of what a worker runs first. Workers of the editor's begin as scripts, not as modules; ours is a module, which this one loads
 * when it is told where.
 */
function beginning(): string {
  known ??= URL.createObjectURL(
    new Blob(
      [
        'addEventListener("message",({data})=>{import(data.script).then(({begin})=>begin(data))',
        ".catch((error)=>setTimeout(()=>{throw error}))},{once:true})",
      ],
      { type: "text/javascript" },
    ),
  );
  return known;
}

/** A worker that runs, or soon will. */
export interface Launched {
  /** What is said before it listens waits for it. */
  readonly talk: MessagePort;
  end(): void;
}

/**
 * Starts a worker.
 * @param failed hears once, in one line, that it could not start or that something in it was not caught.
 */
export function launch(place: string, workerData: unknown, failed: (line: string) => void): Launched {
  const talk = new MessageChannel();
  const files = new MessageChannel();
  let worker: Worker | undefined;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    worker?.terminate();
    talk.port1.close();
  };
  const fail = (line: string): void => {
    if (!isOver) {
      end();
      failed(line);
    }
  };
  const start = async (): Promise<void> => {
    if (surroundings === undefined) {
      throw new Error("nobody has said how workers are started");
    }
    const script = await surroundings.script;
    if (isOver) {
      return;
    }
    worker = new Worker(beginning());
    worker.onerror = (event) => {
      event.preventDefault();
      fail((event.message || "it did not start").split("\n")[0]!.replace(/^Uncaught (Error: )?/, ""));
    };
    surroundings.serveFiles(files.port1);
    const role = place.split(/[\\/]/).at(-1)!;
    const message: StartMessage = { role, script, talk: talk.port2, files: files.port2, workerData };
    worker.postMessage(message, [talk.port2, files.port2]);
  };
  start().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
  return { talk: talk.port1, end };
}
