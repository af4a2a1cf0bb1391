import * as vscode from "vscode";
import type { CancellationToken, MessageConnection } from "vscode-languageclient/node";
import type { DeviceDescription, GpuQuestion } from "../../device/index.js";
import { pageDeviceAlive, pageDeviceClosed, pageDeviceLost, pageDeviceMethod } from "../../runner/index.js";
import type { RunnerServer } from "../runs/index.js";
import { openGpuPanel, type TabPlace } from "./gpu-panel.js";
import { PageDevice, PageFault } from "./page-device.js";

/** The GPU of a page of this window, for one engine. */
export class PageGpu {
  private readonly device: PageDevice;
  private connection: MessageConnection | undefined;

  /**
   * @param extension the extension's folder.
   * @param place asked whenever a tab is opened.
   * @param found told of a GPU that was opened.
   */
  constructor(
    extension: vscode.Uri,
    place: () => TabPlace,
    found: (device: DeviceDescription) => void = () => undefined,
  ) {
    this.device = new PageDevice({
      open: (listener) => openGpuPanel(extension, place(), listener),
      alive: () => void this.connection?.sendNotification(pageDeviceAlive).catch(() => undefined),
      found,
    });
  }

  /** Answers what an engine's process asks; the page is closed when that has ended. */
  readonly serve: RunnerServer = (connection, { ErrorCodes, ResponseError }) => {
    this.connection = connection;
    // The process is one of ours, of the same version; what the page says is judged.
    connection.onRequest(pageDeviceMethod, async (question: GpuQuestion, token: CancellationToken) => {
      try {
        return await this.device.ask(question, token);
      } catch (error) {
        const lost = error instanceof PageFault && error.lost;
        const message = error instanceof Error ? error.message : String(error);
        throw new ResponseError(lost ? pageDeviceLost : ErrorCodes.InternalError, message.split("\n")[0]!);
      }
    });
    connection.onNotification(pageDeviceClosed, () => this.device.release());
    return new vscode.Disposable(() => {
      if (this.connection !== connection) {
        return;
      }
      this.connection = undefined;
      this.device.close();
    });
  };

  /** Looks for a GPU again, where there was none before. */
  forget(): void {
    this.device.forget();
  }
}
