import { type MessageConnection, ResponseError } from "vscode-jsonrpc/node";
import { type DeviceLink, DeviceLost, type DeviceMethod, type DeviceRequests } from "../device/index.js";
import { tokenOf } from "../work/index.js";
import {
  type PageDeviceQuestion,
  pageDeviceAlive,
  pageDeviceClosed,
  pageDeviceLost,
  pageDeviceMethod,
} from "./protocol.js";

/** A way to the GPU of a page, through the editor. */
export class PageLink implements DeviceLink {
  private readonly connection: MessageConnection;
  private readonly alive: { dispose(): void };
  private lastHeard = performance.now();
  private closed = false;

  constructor(connection: MessageConnection) {
    this.connection = connection;
    this.alive = connection.onNotification(pageDeviceAlive, () => {
      this.lastHeard = performance.now();
    });
  }

  get heard(): number {
    return this.lastHeard;
  }

  async ask<Name extends DeviceMethod>(
    name: Name,
    parameters: DeviceRequests[Name]["parameters"],
    signal?: AbortSignal,
  ): Promise<DeviceRequests[Name]["answer"]> {
    if (this.closed) {
      throw new DeviceLost("the page with the GPU was closed");
    }
    try {
      const question: PageDeviceQuestion = { name, parameters };
      // An absent token would be sent along, as a parameter.
      return await (signal === undefined
        ? this.connection.sendRequest<DeviceRequests[Name]["answer"]>(pageDeviceMethod, question)
        : this.connection.sendRequest<DeviceRequests[Name]["answer"]>(
            pageDeviceMethod,
            question,
            tokenOf(signal),
          ));
    } catch (error) {
      throw error instanceof ResponseError && error.code === pageDeviceLost
        ? new DeviceLost(error.message)
        : error;
    }
  }

  close(): void {
    if (this.closed) {
      return;
    }
    this.closed = true;
    this.alive.dispose();
    void this.connection.sendNotification(pageDeviceClosed);
  }
}
