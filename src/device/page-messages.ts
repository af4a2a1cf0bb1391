import type { DeviceMethod, DeviceRequests } from "./protocol.js";

/** What the editor tells a page that lends its GPU. */
export type ToGpuPage =
  /** Each is answered, in order, by an `answer` or a `refusal` of its number. */
  | { readonly type: "ask"; readonly id: number; readonly question: GpuQuestion }
  /** Stops a run, which is then answered with no trials. */
  | { readonly type: "stop"; readonly id: number }
  /** The GPU is needed no longer. */
  | { readonly type: "release" };

/** Something that is asked of a device. */
export type GpuQuestion = {
  readonly [Name in DeviceMethod]: {
    readonly name: Name;
    readonly parameters: DeviceRequests[Name]["parameters"];
  };
}[DeviceMethod];

/** What such a page tells the editor. */
export type FromGpuPage =
  /** It listens. */
  | { readonly type: "ready" }
  /** A long run goes on. */
  | { readonly type: "alive" }
  | { readonly type: "answer"; readonly id: number; readonly answer: unknown }
  | {
      readonly type: "refusal";
      readonly id: number;
      /** One line. */
      readonly message: string;
      /** Whether the GPU is gone. */
      readonly lost: boolean;
    };
