import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import {
  ask,
  diagnosticsOnce,
  hoverAt,
  openFile,
  positionOf,
  type Tests,
  until,
  writeFile,
} from "./testing.js";

const skew = "diagram skew {\n  a, b, c -> test\n  part S = {a, b, c}\n}\n";
const gauss =
  "landscape gauss {\n  weights h = 0\n  data x ~ normal(0, 1)\n  loss (h + x^2 * exp(-h)) / 2\n}\n";

export const reading: Tests = {
  "diagnostics appear, with their code, and go when the text is mended": async () => {
    const document = await openFile("path.diag", "diagram bent {\n  a -> b -> c\n  part P = {a, b}\n}\n");
    const [diagnostic] = await diagnosticsOnce(document.uri, ["path-condition"]);
    equal(diagnostic!.severity, vscode.DiagnosticSeverity.Error);
    equal(diagnostic!.source, "diag");
    ok((diagnostic!.relatedInformation ?? []).length > 0, "the path is related information");
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "multi_epoch ");
    await vscode.workspace.applyEdit(edit);
    const [mended] = await diagnosticsOnce(document.uri, ["path-condition"]).then(() =>
      until("the error to become a warning", () => {
        const found = vscode.languages.getDiagnostics(document.uri);
        return found[0]?.severity === vscode.DiagnosticSeverity.Warning && found;
      }),
    );
    equal(mended!.severity, vscode.DiagnosticSeverity.Warning);
  },

  "a hover shows a diagram's value as a typeset image": async () => {
    const document = await openFile("hover.diag", skew);
    const hover = await until(
      "a hover",
      async () => (await hoverAt(document, positionOf(document, "skew"))) || false,
    );
    const images = [...hover.matchAll(/!\[([^\]]*)\]\((data:image\/svg\+xml[^)\s]*)/g)];
    ok(images.length > 0, `no image in the hover:\n${hover.slice(0, 2000)}`);
    const svg = decodeDataUri(images[0]![2]!);
    match(svg, /^<svg[^>]*>/);
    match(svg, /<\/svg>\s*$/);
    // MathJax draws each glyph as a path; a formula has several.
    ok((svg.match(/<path /g) ?? []).length > 3, "the image has the formula's glyphs");
    const texts = images.map(([, alt]) => alt).join("\n");
    // Noise of three nodes at one datapoint, S, meets three derivatives at the test, J (THEORY, example 1).
    match(texts, /S_/);
    match(texts, /J/);
    match(texts, /eta/);
  },

  "a hover's links may copy, and nothing else": async () => {
    const document = await openFile("link.diag", skew);
    const hovers = await ask<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      positionOf(document, "skew"),
    );
    const contents = hovers.flatMap((hover) => hover.contents) as vscode.MarkdownString[];
    const links = contents.flatMap(({ value }) => [...value.matchAll(/\(command:([\w.]+)\?([^)\s"]*)/g)]);
    ok(links.length > 0, "there is a link that copies");
    for (const [, command] of links) {
      equal(command, "diag.copyText");
    }
    for (const { isTrusted } of contents) {
      deepEqual(isTrusted, { enabledCommands: ["diag.copyText"] });
    }
    const [text] = JSON.parse(decodeURIComponent(links[0]![2]!)) as [string];
    await ask("diag.copyText", text);
    equal(await vscode.env.clipboard.readText(), text);
  },

  "completion offers the landscapes of imported files": async () => {
    await writeFile("completion-landscapes.diag", gauss);
    const document = await openFile(
      "completion.diag",
      'import "./completion-landscapes.diag"\nverify v {\n  landscape \n}\n',
    );
    const labels = await until("the landscape among the completions", async () => {
      const list = await ask<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        positionOf(document, "landscape \n", "landscape ".length),
      );
      const found = list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
      return found.includes("gauss") && found;
    });
    ok(labels.includes("gauss"));
  },

  "definitions and references are found across files": async () => {
    const library = await writeFile("library.diag", gauss);
    const document = await openFile(
      "user.diag",
      'import "./library.diag"\nverify v {\n  landscape gauss\n  sgd(N = 2, E = 1, B = 1)\n  eta = 0.1\n  observe test_loss\n  predict order 1\n}\n',
    );
    const here = positionOf(document, "gauss");
    const [definition] = await until("the definition", async () => {
      const found = await ask<(vscode.Location | vscode.LocationLink)[]>(
        "vscode.executeDefinitionProvider",
        document.uri,
        here,
      );
      return found.length > 0 && found;
    });
    const target = "targetUri" in definition! ? definition.targetUri : definition!.uri;
    equal(target.path, library.path);
    const references = await ask<vscode.Location[]>("vscode.executeReferenceProvider", document.uri, here);
    deepEqual(
      [...new Set(references.map(({ uri }) => uri.path))].sort(),
      [library.path, document.uri.path].sort(),
    );
  },

  "the outline lists the declarations": async () => {
    const document = await openFile("outline.diag", `${skew}\n${gauss}`);
    const symbols = await until("symbols", async () => {
      const found = await ask<vscode.DocumentSymbol[] | undefined>(
        "vscode.executeDocumentSymbolProvider",
        document.uri,
      );
      return found !== undefined && found.length > 0 && found;
    });
    deepEqual(
      symbols.map(({ name }) => name),
      ["skew", "gauss"],
    );
  },

  "inlay hints count edges and symmetries": async () => {
    const document = await openFile("inlay.diag", skew);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await until("inlay hints", async () => {
      const found = await ask<vscode.InlayHint[]>("vscode.executeInlayHintProvider", document.uri, all);
      return found.length > 0 && found;
    });
    const label = hints
      .map((hint) =>
        typeof hint.label === "string" ? hint.label : hint.label.map(({ value }) => value).join(""),
      )
      .join(" ");
    // Three leaves at one root, all in one part, may change places: 3! symmetries.
    match(label, /3 edges/);
    match(label, /6/);
  },

  "semantic tokens cover names": async () => {
    const document = await openFile("tokens.diag", skew);
    const tokens = await until("semantic tokens", async () => {
      const found = await ask<vscode.SemanticTokens | undefined>(
        "vscode.provideDocumentSemanticTokens",
        document.uri,
      );
      return found !== undefined && found.data.length > 0 && found;
    });
    equal(tokens.data.length % 5, 0);
    const starts: string[] = [];
    let line = 0;
    let character = 0;
    for (let index = 0; index < tokens.data.length; index += 5) {
      const [down, right, length] = tokens.data.slice(index, index + 3);
      line += down!;
      character = down === 0 ? character + right! : right!;
      starts.push(document.getText(new vscode.Range(line, character, line, character + length!)));
    }
    for (const name of ["skew", "a", "b", "c", "test", "S"]) {
      ok(starts.includes(name), `${name} has a token`);
    }
  },
};

/** The text behind a `data:` address, in base64 or percent-encoded. */
function decodeDataUri(uri: string): string {
  const [head, body] = [uri.slice(0, uri.indexOf(",")), uri.slice(uri.indexOf(",") + 1)];
  return head.endsWith(";base64") ? Buffer.from(body, "base64").toString("utf8") : decodeURIComponent(body);
}
