/** A file that cannot be written. The message is one line: where, why, and what to do. */
export class UnwritableFile extends Error {
  override readonly name = "UnwritableFile";

  /** @param path of the file or folder that is in the way. */
  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(`${path} cannot be written: ${reason}`);
  }
}

const causes: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to write there; permit it",
  EPERM: "there is no permission to write there; permit it",
  EROFS: "nothing can be written on that disk; use another",
  ENOSPC: "the disk is full; make room and try again",
  EDQUOT: "the disk has no more room for this user; make room and try again",
  EFBIG: "it would be larger than files may be there; raise that limit",
  ENAMETOOLONG: "the name is too long for that disk; choose a shorter one",
  ENOENT: "there is no folder to write it in; make it first",
  ENOTDIR: "a file is where a folder is needed; move it away",
  EEXIST: "a file is where a folder is needed; move it away",
  ELOOP: "symbolic links lead round in a circle there; remove one",
};

/** Why a file could not be written, in words. @param error as the system's calls throw them. */
export function causeOf(error: unknown): string {
  const code = (error as Partial<NodeJS.ErrnoException> | undefined)?.code;
  const known = code !== undefined && Object.hasOwn(causes, code) ? causes[code] : undefined;
  return known ?? code ?? (error instanceof Error ? error.message.split("\n")[0]! : String(error));
}
