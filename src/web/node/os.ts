/** What is used of `node:os`. */

/** As many as the browser tells of. */
export function availableParallelism(): number {
  return Math.max(1, globalThis.navigator?.hardwareConcurrency ?? 1);
}

/** Browsers tell nothing of the processor. */
export const cpus = (): readonly { readonly model: string }[] => [];
export const userInfo = (): { readonly homedir: string } => ({ homedir: "/" });
export const hostname = (): string => "browser";
export const tmpdir = (): string => "/tmp";
