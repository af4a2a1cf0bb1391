/** What is known of a file or folder. Times are in milliseconds. */
export interface FileFacts {
  readonly kind: "file" | "folder" | "other";
  readonly isLink: boolean;
  readonly size: number;
  readonly modified: number;
}

/**
 * What workers ask of the editor's file systems, by paths with slashes. Whatever is changed is in the extension's own storage. A `program`
 * is one of the extension's own, by the name of its bundle.
 */
export type FileQuestion =
  | { readonly ask: "program"; readonly path: string }
  | { readonly ask: "stat" | "read" | "list" | "remove" | "makeFolder"; readonly path: string }
  | { readonly ask: "write"; readonly path: string; readonly content: Uint8Array }
  | { readonly ask: "rename"; readonly path: string; readonly to: string };

/** The answer: `facts` for `stat`, `bytes` for `read` and `program`, `entries` for `list`; a refusal has one of Node's codes. */
export type FileAnswer =
  | { readonly facts: FileFacts }
  | { readonly bytes: Uint8Array }
  | { readonly entries: readonly (readonly [name: string, facts: Pick<FileFacts, "kind" | "isLink">])[] }
  | { readonly done: true }
  | { readonly code: string; readonly message: string };

export type AskFiles = (question: FileQuestion) => Promise<FileAnswer>;

/** What goes through a port: questions with their numbers, answers, and ports of workers that a worker has started. */
type FileMessage =
  | { readonly id: number; readonly question: FileQuestion }
  | { readonly id: number; readonly answer: FileAnswer }
  | { readonly adopt: MessagePort };

let askFiles: AskFiles = async () => ({ code: "ENOENT", message: "there are no files here" });

/** Has this thread's files be answered for. */
export function useFiles(ask: AskFiles): void {
  askFiles = ask;
}

/** An error as Node's file system throws them. */
export function fileError(code: string, message: string): Error & { readonly code: string } {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}

/** Asks for a file. @throws as Node's file system does. */
export async function askFor(question: FileQuestion): Promise<Exclude<FileAnswer, { code: string }>> {
  const answer = await askFiles(question);
  if ("code" in answer) {
    throw fileError(answer.code, answer.message);
  }
  return answer;
}

/** Has a port answer for this thread's files. */
export function useFilesOf(port: MessagePort): void {
  const waiting = new Map<number, (answer: FileAnswer) => void>();
  let count = 0;
  port.onmessage = ({ data }: MessageEvent<FileMessage>) => {
    if ("answer" in data) {
      waiting.get(data.id)?.(data.answer);
      waiting.delete(data.id);
    }
  };
  useFiles(
    (question) =>
      new Promise((resolve) => {
        const id = count++;
        waiting.set(id, resolve);
        port.postMessage({ id, question } satisfies FileMessage);
      }),
  );
}

/** Hands a port on to whoever answers for files at the other end of another. */
export function adopt(files: MessagePort, port: MessagePort): void {
  files.postMessage({ adopt: port } satisfies FileMessage, [port]);
}

/** Answers what is asked through a port, and through those that come through it. */
export function serveFiles(port: MessagePort, ask: AskFiles): void {
  port.onmessage = ({ data }: MessageEvent<FileMessage>) => {
    if ("adopt" in data) {
      serveFiles(data.adopt, ask);
    } else if ("question" in data) {
      void ask(data.question).then((answer) =>
        port.postMessage({ id: data.id, answer } satisfies FileMessage),
      );
    }
  };
}
