import { Stop, type StopSignal } from "../work/stop.js";

/** What Ctrl-C and SIGTERM ask of this process, from when this module is read to the process's end. */
export const stop = new Stop(() => performance.now());

const heard: readonly (readonly [StopSignal, () => void])[] = (["SIGINT", "SIGTERM"] as const).map(
  (signal) => [signal, () => stop.request(signal)],
);

for (const [signal, hear] of heard) {
  process.on(signal, hear);
}

/** Lets signals end the process by themselves, as they end one that does not listen. */
export function stopListening(): void {
  for (const [signal, hear] of heard) {
    process.off(signal, hear);
  }
}
