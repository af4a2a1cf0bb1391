import { CstUtils, EmptyFileSystem, type LeafCstNode } from "langium";
import { createDiagLspServices } from "../../../src/server/index.js";
import { generatedFile } from "../../language/generated/generate.js";
import { mutatedText } from "../mutations.js";
import { check, target } from "../target.js";

// Any text has a tree: its leaves are pieces of the text in their order, and what no leaf has is blank, a comment or a fault.

export default target<string>({
  outcomes: ["sound", "faulty"],
  make(random) {
    const { text } = generatedFile(random.below(2 ** 31));
    return random.chance(0.5) ? text : mutatedText(random, text.slice(0, 2000));
  },
  attempt(text) {
    const { value, lexerErrors, parserErrors } = services.parser.LangiumParser.parse(text);
    const root = value.$cstNode;
    let at = 0;
    for (const node of root === undefined ? [] : CstUtils.streamCst(root)) {
      const leaf = node as LeafCstNode;
      if (!("tokenType" in leaf)) {
        continue;
      }
      check(leaf.offset >= at && leaf.end <= text.length, `a leaf stands at ${leaf.offset}, behind ${at}`);
      check(leaf.text === text.slice(leaf.offset, leaf.end), "a leaf has another text than stands there");
      at = leaf.end;
    }
    for (const { message } of [...lexerErrors, ...parserErrors]) {
      check(message !== "", "a fault has no words");
    }
    return lexerErrors.length + parserErrors.length > 0 ? "faulty" : "sound";
  },
  show: (text) => text,
});

const services = createDiagLspServices(EmptyFileSystem).diag;
