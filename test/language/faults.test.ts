import { URI } from "langium";
import { expect, test, vi } from "vitest";
import { createDiagServices } from "../../src/language/diag-module.js";
import { faultInWords } from "../../src/language/faults.js";
import { Editor } from "./lsp/editor.js";

// Should a check throw nevertheless, its declaration has one diagnostic that says so, and all others have theirs.

const text = `diagram round { a -> b b -> a }
landscape bad { weights w = 0 loss w }
landscape odd { weights w = 0 loss v }
verify on_bad { landscape bad gd(2, 2) eta = 0.1 observe test_loss predict order 1 }`;

/** A landscape whose statements cannot be read: as if its check had a fault. */
function spoil(declarations: readonly { name: string }[]): void {
  const declaration = declarations.find(({ name }) => name === "bad")!;
  Object.defineProperty(declaration, "statements", {
    get: () => {
      throw new TypeError("nobody\nexpects \u001b[31mthis");
    },
  });
}

test("a check that throws costs its own declaration only", async () => {
  const { shared, diag } = createDiagServices();
  const told = vi.fn();
  diag.validation.Faults.onFault(told);
  const document = shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse("file:///main.diag"));
  shared.workspace.LangiumDocuments.addDocument(document);
  const file = document.parseResult.value as unknown as { declarations: { name: string }[] };
  const { declarations } = file;
  const { DeclarationChecker } = diag.validation;
  spoil(declarations);
  const check = (name: string) =>
    DeclarationChecker.check(declarations.find((one) => one.name === name) as never).problems;
  expect(check("round").map(({ code }) => code)).toContain("cycle");
  expect(check("odd").map(({ code }) => code)).toEqual(["unknown-symbol"]);
  const [problem, ...others] = check("bad");
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    severity: "error",
    code: "internal",
    range: { start: { line: 1, character: 10 } },
  });
  expect(problem!.message).toMatch(
    /^`bad` could not be checked: the checker itself failed \("nobody"\);.*report/,
  );
  expect(told).toHaveBeenCalledOnce();
  expect(told.mock.calls[0]![0]).toBe("the check of `bad`");
  expect((told.mock.calls[0]![1] as Error).stack).toContain("faults.test");
});

test("an editor shows it among all other diagnostics", async () => {
  const { main, editor } = await Editor.of("");
  const told = vi.fn();
  editor.diag.validation.Faults.onFault(told);
  const checker = editor.diag.validation.DeclarationChecker;
  const landscape = checker.landscape.bind(checker);
  const factory = editor.shared.workspace.LangiumDocumentFactory;
  const update = factory.update.bind(factory);
  vi.spyOn(factory, "update").mockImplementation(async (...given) => {
    const document = await update(...given);
    spoil((document.parseResult.value as unknown as { declarations: { name: string }[] }).declarations);
    return document;
  });
  await main.type(text);
  expect(landscape).toBeDefined();
  expect(main.diagnostics.map(({ code, range }) => [range.start.line, code])).toEqual(
    expect.arrayContaining([
      [0, "cycle"],
      [1, "internal"],
      [2, "unknown-symbol"],
    ]),
  );
  expect(main.codes.filter((code) => code === "internal")).toHaveLength(1);
  expect(told).toHaveBeenCalled();
});

test("a fault is told in one line that no terminal acts on", () => {
  expect(faultInWords(new Error("one\u001b[2J\ntwo"))).toBe("one\\x1b[2J");
  expect(faultInWords("x".repeat(1000))).toHaveLength(200);
  expect(faultInWords(undefined)).toBe("undefined");
});

test("a parser that throws makes one error of its file, and reads the next", async () => {
  const { shared, diag } = createDiagServices();
  const told = vi.fn();
  diag.validation.Faults.onFault(told);
  const tokenize = vi.spyOn(diag.parser.Lexer, "tokenize").mockImplementationOnce(() => {
    throw new RangeError("too deep");
  });
  const read = (name: string) => {
    const document = shared.workspace.LangiumDocumentFactory.fromString(text, URI.parse(`file:///${name}`));
    return document.parseResult;
  };
  const broken = read("one.diag");
  expect(broken.lexerErrors.map(({ message }) => message)).toEqual([expect.stringContaining('("too deep")')]);
  expect(broken.value.$cstNode!.root.fullText).toBe(text);
  expect(told).toHaveBeenCalledOnce();
  tokenize.mockRestore();
  expect((read("two.diag").value as unknown as { declarations: unknown[] }).declarations).toHaveLength(4);
});
