import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, readTextFile, writeWhole } from "../../files/index.js";
import { isId } from "../../runs/index.js";

/** Larger than any run that is kept, in bytes. */
const largestText = 256 * 2 ** 20;

/** Texts by id as files of a folder, which is made when the first is written. */
export class RunFiles {
  /** Works on one file, one after the other. */
  private readonly turns = new Map<string, Promise<void>>();
  private readonly waiting = new Map<string, string>();

  constructor(private readonly folder: string) {}

  /** The ids of all files there are. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length))
      .filter(isId);
  }

  /** `undefined` when there is no such file, or none that can be read. */
  async read(id: string): Promise<string | undefined> {
    await this.turns.get(id);
    return readTextFile(this.pathOf(id), largestText).catch(() => undefined);
  }

  /** Replaces a file wholly or not at all; of texts that come faster than the disk, the last is written. */
  write(id: string, text: string): Promise<void> {
    this.waiting.set(id, text);
    return this.inTurn(id, async () => {
      const latest = this.waiting.get(id);
      if (latest === undefined) {
        return;
      }
      this.waiting.delete(id);
      await makeFolder(this.folder, true);
      await writeWhole(this.pathOf(id), latest, { mode: 0o600 });
    });
  }

  remove(id: string): Promise<void> {
    this.waiting.delete(id);
    return this.inTurn(id, () => rm(this.pathOf(id), { force: true }));
  }

  private pathOf(id: string): string {
    if (!isId(id)) {
      throw new RangeError("this is no name of a run");
    }
    return join(this.folder, `${id}.json`);
  }

  private inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.turns.get(id) ?? Promise.resolve()).then(work);
    const quiet = turn
      .catch(() => undefined)
      .then(() => {
        if (this.turns.get(id) === quiet) {
          this.turns.delete(id);
        }
      });
    this.turns.set(id, quiet);
    return turn;
  }
}
