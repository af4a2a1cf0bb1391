import { DefaultLanguageServer } from "langium/lsp";
import type { InitializeParams, InitializeResult } from "vscode-languageserver";
import packageJson from "../../package.json" with { type: "json" };
import { codeActionKinds } from "./actions/provider.js";
import { explainCodesAt } from "./workspace/document-validator.js";

/** What a client may tell at the start, as `initializationOptions`. */
export interface DiagInitializationOptions {
  /** The address of `docs/language.md`, whose headings explain the codes of diagnostics. */
  readonly reference?: string;
}

/** Says what the server can do beyond what Langium says by itself. */
export class DiagLanguageServer extends DefaultLanguageServer {
  protected override buildInitializeResult(params: InitializeParams): InitializeResult {
    const given = params.initializationOptions as DiagInitializationOptions | undefined | null;
    if (typeof given?.reference === "string") {
      explainCodesAt(given.reference);
    }
    const result = super.buildInitializeResult(params);
    return {
      serverInfo: { name: packageJson.displayName, version: packageJson.version },
      capabilities: {
        ...result.capabilities,
        codeActionProvider: { codeActionKinds: [...codeActionKinds] },
        selectionRangeProvider: true,
        workspace: {
          ...result.capabilities.workspace,
          workspaceFolders: { supported: true, changeNotifications: true },
        },
      },
    };
  }
}
