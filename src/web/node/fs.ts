import { fileError } from "../files.js";

/** What is used of `node:fs`: nothing can be waited for in a browser, so that no file is found at once. */

export interface Stats {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
}

export const constants = { O_RDONLY: 0, O_NONBLOCK: 0, O_NOCTTY: 0, R_OK: 4, W_OK: 2, X_OK: 1 } as const;

function refuse(path: unknown): never {
  throw fileError("ENOENT", `${String(path)} is not read at once in a browser`);
}

export const existsSync = (): boolean => false;
export const readFileSync: (path: unknown) => never = refuse;
export const readdirSync: (path: unknown) => never = refuse;
export const statSync: (path: unknown) => never = refuse;
export const accessSync: (path: unknown) => never = refuse;
/** What would be removed was never there. */
export const rmSync = (): void => undefined;

export default { existsSync, readFileSync, readdirSync, statSync, accessSync, rmSync, constants };
