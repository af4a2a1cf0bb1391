import { DeviceLost } from "./protocol.js";

/** The end of a device, which whoever waits for the device is told of. */
export class DeviceEnd {
  private firstReason: DeviceLost | undefined;
  private readonly waiting = new Set<(reason: DeviceLost) => void>();

  /** Why the device is gone; undefined while it is there. */
  get reason(): DeviceLost | undefined {
    return this.firstReason;
  }

  /** The device is gone, for a reason of one line. The first reason stands. */
  end(reason: string): void {
    if (this.firstReason !== undefined) {
      return;
    }
    this.firstReason = new DeviceLost(reason);
    for (const leave of [...this.waiting]) {
      leave(this.firstReason);
    }
  }

  /**
   * What `work` comes to. A race with one promise of the end would keep all that was ever waited for.
   * @throws DeviceLost when the device ends before, and what `work` throws.
   */
  async before<Result>(work: Promise<Result>): Promise<Result> {
    let leave: (reason: DeviceLost) => void = () => undefined;
    const gone = new Promise<never>((_, reject) => {
      leave = reject;
    });
    if (this.firstReason !== undefined) {
      leave(this.firstReason);
    }
    this.waiting.add(leave);
    try {
      return await Promise.race([gone, work]);
    } finally {
      this.waiting.delete(leave);
    }
  }
}
