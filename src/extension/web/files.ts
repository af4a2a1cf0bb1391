import * as vscode from "vscode";
import type { AskFiles, FileAnswer, FileFacts, FileQuestion } from "../../web/index.js";

/** Where files of paths are. */
export interface FilePlaces {
  /** Any address of the workspace's file system; absent where there is no workspace. */
  readonly home: vscode.Uri | undefined;
  /** The extension's own folders, the only ones that are written to. */
  readonly storages: readonly vscode.Uri[];
  /** The extension's bundles. */
  readonly programs: vscode.Uri;
}

/** Answers for files by the editor's file systems: a path of one of the extension's storages is there, any other in the workspace's. */
export function filesOfEditor({ home, storages, programs }: FilePlaces): AskFiles {
  const storageOf = (path: string): vscode.Uri | undefined =>
    storages.find((storage) => path === storage.path || path.startsWith(`${storage.path}/`));
  const answer = async (question: FileQuestion): Promise<FileAnswer> => {
    const path = plain(question.path);
    if (question.ask === "program") {
      if (!/^[\w-]+\.js$/.test(path)) {
        throw vscode.FileSystemError.FileNotFound(path);
      }
      return { bytes: await vscode.workspace.fs.readFile(vscode.Uri.joinPath(programs, path)) };
    }
    const storage = storageOf(path);
    const uri = (storage ?? home)?.with({ path });
    if (uri === undefined) {
      throw vscode.FileSystemError.FileNotFound(path);
    }
    switch (question.ask) {
      case "stat":
        return { facts: factsOf(await vscode.workspace.fs.stat(uri)) };
      case "read":
        return { bytes: await vscode.workspace.fs.readFile(uri) };
      case "list": {
        const entries = await vscode.workspace.fs.readDirectory(uri);
        return { entries: entries.map(([name, type]) => [name, kindOf(type)]) };
      }
    }
    if (storage === undefined) {
      throw vscode.FileSystemError.NoPermissions(uri);
    }
    switch (question.ask) {
      case "write":
        await vscode.workspace.fs.writeFile(uri, question.content);
        break;
      case "makeFolder":
        await vscode.workspace.fs.createDirectory(uri);
        break;
      case "remove":
        await vscode.workspace.fs.delete(uri, { recursive: false, useTrash: false });
        break;
      case "rename": {
        const to = plain(question.to);
        if (storageOf(to) !== storage) {
          throw vscode.FileSystemError.NoPermissions(uri);
        }
        await vscode.workspace.fs.rename(uri, storage.with({ path: to }), { overwrite: true });
      }
    }
    return { done: true };
  };
  return (question) => answer(question).catch(refusalOf);
}

/** A path of the editor on Windows has backslashes. */
function plain(path: string): string {
  return path.replaceAll("\\", "/");
}

function kindOf(type: vscode.FileType): Pick<FileFacts, "kind" | "isLink"> {
  return {
    kind: type & vscode.FileType.File ? "file" : type & vscode.FileType.Directory ? "folder" : "other",
    isLink: (type & vscode.FileType.SymbolicLink) !== 0,
  };
}

function factsOf({ type, size, mtime }: vscode.FileStat): FileFacts {
  return { ...kindOf(type), size, modified: mtime };
}

const codes: Readonly<Record<string, string>> = {
  FileNotFound: "ENOENT",
  FileExists: "EEXIST",
  FileNotADirectory: "ENOTDIR",
  FileIsADirectory: "EISDIR",
  NoPermissions: "EACCES",
  Unavailable: "EIO",
};

function refusalOf(error: unknown): FileAnswer {
  const { code, message } = error as vscode.FileSystemError;
  return { code: codes[code] ?? "EIO", message: message.split("\n")[0]! };
}
