import { URI } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import type { DiagLspServices } from "../services.js";
import { isWithinReadable, type Readable } from "./confined.js";
import type { DiagUpdateHandler } from "./update-handler.js";
import type { DiagWorkspaceManager } from "./workspace-manager.js";

/**
 * Follows what may be read: by files that are opened and closed, by folders that come and go, and by what the user allows. What
 * was refused is read then, what may be read no longer is forgotten, and whoever reads it is checked again.
 */
export function followRights(shared: LangiumSharedServices, { editor, workspace }: DiagLspServices): void {
  const { LangiumDocuments, TextDocuments } = shared.workspace;
  const handler = shared.lsp.DocumentUpdateHandler as DiagUpdateHandler;
  const manager = shared.workspace.WorkspaceManager as DiagWorkspaceManager;
  let before: Readable | undefined;

  const lost = async (addresses: readonly string[]): Promise<string[]> => {
    const allowed = await Promise.all(addresses.map((address) => editor.Confinement.permits(address)));
    return addresses.filter((_, index) => !allowed[index]);
  };
  const look = async (): Promise<void> => {
    await manager.ready;
    const [known, now] = [before, editor.Confinement.readable];
    before = now;
    const isMore = known !== undefined && isWithinReadable(known, now);
    if (isMore && isWithinReadable(now, known) && now.trusted === known.trusted) {
      return;
    }
    const { MissingSources, DataTables } = workspace;
    const stale = new Set([...MissingSources.addresses(), ...DataTables.failed()]);
    const closed = LangiumDocuments.all
      .map(({ uri }) => uri.toString())
      .filter((address) => TextDocuments.get(address) === undefined);
    const texts = isMore ? [] : await lost(closed.toArray());
    for (const address of [...texts, ...(isMore ? [] : await lost(DataTables.addresses()))]) {
      stale.add(address);
    }
    const gone = new Set(texts);
    const readers = handler.readersOf(stale).filter((uri) => !gone.has(uri.toString()));
    if (readers.length + gone.size > 0) {
      handler.update(
        readers,
        texts.map((address) => URI.parse(address)),
      );
    }
  };

  TextDocuments.onDidOpen(() => void look());
  TextDocuments.onDidClose(() => void look());
  manager.onDidChangeFolders(() => void look());
  // Files that the search of the folders has left out, since links lead outside, come and go too.
  editor.Preferences.onDidChangeRights(() => void look().then(() => manager.lookAgain()));
}
