import { launch } from "../launch.js";
import { EventEmitter } from "./events.js";

/** What is used of `node:child_process`: a program of ours is a worker here, and there are no others. */

/** A worker that is started and ended as a process is. */
export class ChildProcess extends EventEmitter {
  readonly pid = undefined;
  readonly stdout = null;
  readonly stderr = null;
  exitCode: number | null = null;
  signalCode: string | null = null;
  killed = false;
  /** Through this it is talked with. */
  readonly talk: MessagePort;
  private readonly finish: () => void;

  constructor(place: string) {
    super();
    const launched = launch(place, undefined, (line) => {
      this.exitCode = 1;
      this.emit("error", new Error(line));
      this.emit("close", 1, null);
    });
    this.talk = launched.talk;
    this.finish = launched.end;
  }

  kill(signal = "SIGTERM"): boolean {
    if (this.killed || this.exitCode !== null) {
      return false;
    }
    this.killed = true;
    this.signalCode = signal;
    this.finish();
    queueMicrotask(() => this.emit("close", null, signal));
    return true;
  }
}

/** Starts a program of ours, by the path that it would have on a disk. */
export function fork(place: string): ChildProcess {
  return new ChildProcess(place);
}

function refuse(): never {
  throw new Error("processes run in the desktop editor only, not in a browser");
}

export const spawn: () => never = refuse;
export const spawnSync: () => never = refuse;
export const execSync: () => never = refuse;
export const execFileSync: () => never = refuse;
