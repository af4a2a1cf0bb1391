import { CancellationTokenSource, type MessageConnection, ResponseError } from "vscode-jsonrpc/node";
import { type DeviceLink, DeviceLost, type DeviceMethod, type DeviceRequests } from "../device/index.js";
import {
  type PageDeviceQuestion,
  pageDeviceAlive,
  pageDeviceClosed,
  pageDeviceLost,
  pageDeviceMethod,
} from "./protocol.js";

/** A way to the GPU of a page, through the editor. */
export class PageLink implements DeviceLink {
  readonly #connection: MessageConnection;
  readonly #alive: { dispose(): void };
  #heard = performance.now();
  #closed = false;

  constructor(connection: MessageConnection) {
    this.#connection = connection;
    this.#alive = connection.onNotification(pageDeviceAlive, () => {
      this.#heard = performance.now();
    });
  }

  get heard(): number {
    return this.#heard;
  }

  async ask<Name extends DeviceMethod>(
    name: Name,
    parameters: DeviceRequests[Name]["parameters"],
    signal?: AbortSignal,
  ): Promise<DeviceRequests[Name]["answer"]> {
    if (this.#closed) throw new DeviceLost("the page with the GPU was closed");
    const cancellation = new CancellationTokenSource();
    const stop = () => cancellation.cancel();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    try {
      const question: PageDeviceQuestion = { name, parameters };
      return await this.#connection.sendRequest(pageDeviceMethod, question, cancellation.token);
    } catch (error) {
      throw error instanceof ResponseError && error.code === pageDeviceLost
        ? new DeviceLost(error.message)
        : error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#alive.dispose();
    void this.#connection.sendNotification(pageDeviceClosed);
  }
}
