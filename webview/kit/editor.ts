/** What VS Code gives to a page, once. */
export interface EditorApi<Message> {
  postMessage(message: Message): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/**
 * Takes the editor's messages from now on.
 *
 * @param read the message that something is, or nothing when it is none: any frame may post one.
 */
export function listenToEditor<Message>(
  read: (data: unknown) => Message | undefined,
  take: (message: Message) => void,
): void {
  window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const message = read(data);
    if (message !== undefined) {
      take(message);
    }
  });
}
