import type { AskFiles } from "../../../src/web/index.js";

/** An editor's files, kept in memory. */
export function memoryFiles(given: Readonly<Record<string, string>> = {}): AskFiles {
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>(
    Object.entries(given).map(([path, text]) => [path, encoder.encode(text)]),
  );
  const folders = new Set(["/"]);
  return async (question) => {
    const { path } = question;
    const bytes = files.get(path);
    const missing = { code: "ENOENT", message: path } as const;
    switch (question.ask) {
      case "stat": {
        const isFolder = folders.has(path);
        const kind = isFolder ? "folder" : "file";
        return bytes === undefined && !isFolder
          ? missing
          : { facts: { kind, isLink: false, size: bytes?.length ?? 0, modified: 1 } };
      }
      case "read":
        return bytes === undefined ? missing : { bytes };
      case "list": {
        const inside = [...files.keys()].filter((one) => one.startsWith(`${path}/`));
        return {
          entries: inside.map((one) => [one.slice(path.length + 1), { kind: "file", isLink: false }]),
        };
      }
      case "write":
        files.set(path, question.content);
        return { done: true };
      case "makeFolder":
        folders.add(path);
        return { done: true };
      case "remove":
        return files.delete(path) ? { done: true } : missing;
      case "rename":
        files.delete(path);
        files.set(question.to, bytes!);
        return { done: true };
      case "program":
        return missing;
    }
  };
}
