import { type AddressBook, translated } from "./addresses.js";

let book: AddressBook | undefined;

/** Says what stands for what between this thread, the editor's, and its workers. Workers have none: what they hear is theirs. */
export function useAddresses(given: AddressBook): void {
  book = given;
}

/**
 * A port through which messages go with addresses as the other end knows them, and as JSON has them: what is undefined is left
 * out, and what is no number is null, as between processes.
 */
export function translatedPort(port: MessagePort): MessagePort {
  if (book === undefined) {
    return port;
  }
  const { toWorker, toEditor } = book;
  const plain = (message: unknown): unknown => JSON.parse(JSON.stringify(message));
  return new Proxy(port, {
    get: (target, name) => {
      if (name === "postMessage") {
        return (message: unknown) => target.postMessage(translated(plain(message), toWorker));
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => {
      if (name === "onmessage") {
        target.onmessage = (event: MessageEvent<unknown>) =>
          value({ data: translated(plain(event.data), toEditor) });
        return true;
      }
      return Reflect.set(target, name, value, target);
    },
  });
}
