import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readTextFile } from "../../files/index.js";
import { nearestName } from "../../language/index.js";
import { commonOptions, UsageError } from "../usage.js";
import { printJson, type Verb } from "../verb.js";

/** No example is longer, in bytes. */
const largestExample = 100_000;

/** The folder of the package's examples, from the sources as from what is built of them. */
async function findExamples(): Promise<{ readonly folder: string; readonly names: readonly string[] }> {
  let above = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < 4; level++, above = dirname(above)) {
    const folder = join(above, "examples");
    const files = await readdir(folder).catch(() => []);
    const names = files.flatMap((file) => /^(.+)\.diag$/.exec(file)?.[1] ?? []).sort();
    if (names.includes("gauss")) {
      return { folder, names };
    }
  }
  throw new UsageError("the examples are not where this program was installed; install it again");
}

/** `diag example NAME`: an example of the package, to begin with. */
export const example: Verb = {
  name: "example",
  words: "[NAME]",
  summary: "print an example to begin with; without NAME, say which there are",
  example: "diag example gauss > my.diag",
  options: commonOptions,
  async run(given, terminal) {
    const [named, stranger] = given.words;
    if (stranger !== undefined) {
      throw new UsageError(`diag example takes one NAME; leave out "${stranger}"`);
    }
    const { folder, names } = await findExamples();
    // As its file is called.
    const name = named?.replace(/^.*[\\/]/, "").replace(/\.diag$/, "");
    if (name === undefined) {
      if (given.has("json")) {
        printJson(terminal, { examples: names });
      } else {
        terminal.print(names.join("\n"));
      }
      return 0;
    }
    if (!names.includes(name)) {
      const meant = nearestName(name, names);
      throw new UsageError(
        `there is no example ${name}; ${meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`}`,
      );
    }
    const text = await readTextFile(join(folder, `${name}.diag`), largestExample);
    if (given.has("json")) {
      printJson(terminal, { example: name, text });
    } else {
      terminal.print(text.trimEnd());
    }
    return 0;
  },
};
