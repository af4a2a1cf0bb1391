import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until something holds, looking again and again.
 * @param what it is, for the line that says what was waited for in vain.
 * @param look what is waited for, once it is there; `undefined` or `false` until then.
 * @param seconds after which waiting is given up: far longer than it takes on a busy machine.
 */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  seconds = 60,
): Promise<Value> {
  const last = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) {
      return found;
    }
    if (Date.now() > last) {
      throw new Error(`waited for ${seconds} s, in vain: ${what}`);
    }
    await sleep(50);
  }
}
