import { checkInside, makeFolder, UnwritableFile, writeInside } from "../files/index.js";
import { UsageError } from "./usage.js";

/** Where a verb puts its files when nobody says where. */
const usualFolder = "out";

/** A folder that a verb writes files into. All errors are of one line that says what to do. */
export class OutputFolder {
  private constructor(private readonly path: string) {}

  /**
   * Makes the folder, unless it is there.
   * @param named as `--output` names it. What it names may be a link to a folder; where we choose the name, a link by
   * that name is somebody else's and not followed.
   * @throws UsageError
   */
  static async open(named: string | undefined): Promise<OutputFolder> {
    // Of a variable that is not set: the folder somebody works in would be a surprise.
    if (named?.trim() === "") {
      throw new UsageError("--output takes the path of a folder, and this is empty");
    }
    const path = named ?? usualFolder;
    await orUsageError(() => makeFolder(path, named !== undefined));
    return new OutputFolder(path);
  }

  /** Finds out, before there is anything to lose, whether these files can be written. @throws UsageError */
  async check(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      await orUsageError(() => checkInside(this.path, name));
    }
  }

  /** Writes a file wholly or not at all. @returns its path. @throws UsageError */
  write(name: string, content: string | Uint8Array): Promise<string> {
    return orUsageError(() => writeInside(this.path, name, content));
  }
}

async function orUsageError<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnwritableFile)) {
      throw error;
    }
    throw new UsageError(`${error.message}, or name another folder with --output`);
  }
}
