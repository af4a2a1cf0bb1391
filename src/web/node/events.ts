/** What is used of `node:events`. */

type Listener = (...given: never[]) => void;

export class EventEmitter {
  private readonly listeners = new Map<string, Listener[]>();

  on(name: string, listener: Listener): this {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return this;
  }

  addListener(name: string, listener: Listener): this {
    return this.on(name, listener);
  }

  once(name: string, listener: Listener): this {
    const first = (...given: unknown[]): void => {
      this.off(name, first);
      listener(...(given as never[]));
    };
    return this.on(name, first);
  }

  off(name: string, listener: Listener): this {
    this.listeners.set(
      name,
      (this.listeners.get(name) ?? []).filter((one) => one !== listener),
    );
    return this;
  }

  removeListener(name: string, listener: Listener): this {
    return this.off(name, listener);
  }

  emit(name: string, ...given: unknown[]): boolean {
    const heard = this.listeners.get(name) ?? [];
    for (const listener of heard) {
      listener(...(given as never[]));
    }
    return heard.length > 0;
  }
}

/** Browsers count no listeners. */
export function setMaxListeners(): void {}

export default EventEmitter;
