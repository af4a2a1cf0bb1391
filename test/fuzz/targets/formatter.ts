import { EmptyFileSystem, URI } from "langium";
import { TextDocument } from "vscode-languageserver-textdocument";
import { describeFile } from "../../../src/cli/verbs/describe.js";
import { analyzeText } from "../../../src/language/index.js";
import { createDiagLspServices } from "../../../src/server/index.js";
import { generatedFile } from "../../language/generated/generate.js";
import type { Random } from "../../language/generated/random.js";
import { soundFile } from "../../language/generated/sound.js";
import { sources } from "../../language/generated/sources.js";
import { mutatedText } from "../mutations.js";
import { check, target } from "../target.js";

// A text that is formatted twice is as it was after once, and means what it meant; one that cannot be read keeps its words.

const { shared, diag } = createDiagLspServices(EmptyFileSystem);
let number = 0;

/** The text as the editor's command makes it; then its file is gone, of which the workspace is told as an editor does. */
async function formatted(text: string): Promise<string> {
  const uri = URI.parse(`file:///formatted${++number}.diag`);
  const document = shared.workspace.LangiumDocumentFactory.fromString(text, uri);
  const options = { tabSize: 2, insertSpaces: true };
  const edits = await diag.lsp.Formatter!.formatDocument(document, {
    textDocument: { uri: uri.toString() },
    options,
  });
  // What is known of declarations lasts until the workspace changes.
  await shared.workspace.DocumentBuilder.update([], [uri]);
  return TextDocument.applyEdits(document.textDocument, [...edits]);
}

/** What a text means, without where it stands; `undefined` where something is wrong with it. */
async function meaning(text: string): Promise<string | undefined> {
  const file = await analyzeText(text);
  if (file.diagnostics.some(({ severity }) => severity === "error")) {
    return undefined;
  }
  return JSON.stringify([describeFile(file), [...file.verifies], [...file.landscapes]]);
}

const words = (text: string): string => text.replace(/\s+/g, "");

/** White space in places where none is needed. */
function disordered(random: Random, text: string): string {
  return text.replace(/ |\n/g, (blank) =>
    random.chance(0.2)
      ? random.of([`${blank} `, `${blank}\n`, `${blank}\t`, `${blank}// a note\n`, `${blank}/* b */ `])
      : blank,
  );
}

export default target<string>({
  outcomes: ["means the same", "keeps its words"],
  make(random) {
    const text = random.of([
      () => soundFile(random),
      () => random.of(sources),
      () =>
        generatedFile(random.below(1e9), random.of(["damaged", "sound", "odd", "soup"] as const)).text.slice(
          0,
          3000,
        ),
    ])();
    return random.of([() => text, () => disordered(random, text), () => mutatedText(random, text)])();
  },
  async attempt(text) {
    const once = await formatted(text);
    const twice = await formatted(once);
    check(
      twice === once,
      `formatted twice it is another text: ${JSON.stringify(twice)} and not ${JSON.stringify(once)}`,
    );
    check(words(once) === words(text), `words are another: ${JSON.stringify(once)}`);
    const before = await meaning(text);
    if (before === undefined) {
      return "keeps its words";
    }
    check((await meaning(once)) === before, `it means something else: ${JSON.stringify(once)}`);
    return "means the same";
  },
  show: (text) => text,
});
