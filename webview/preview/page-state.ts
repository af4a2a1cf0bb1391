import type { PageState } from "../../src/preview/index.js";
import type { CameraPlace } from "./camera.js";
import type { EditorApi } from "./editor-link.js";

const delay = 150; // milliseconds; a wheel moves the camera a hundred times a second

/** What outlives the page. It is kept soon after each change, and before the page goes. */
export class KeptState {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: EditorApi,
    private state: PageState,
  ) {
    document.addEventListener("visibilitychange", () => this.keep());
    window.addEventListener("pagehide", () => this.keep());
  }

  get now(): PageState {
    return this.state;
  }

  /** Fields that are `undefined` are removed. */
  change(change: { readonly [Field in keyof PageState]?: PageState[Field] | undefined }): void {
    const fields = Object.entries({ ...this.state, ...change }).filter(([, value]) => value !== undefined);
    this.state = Object.fromEntries(fields) as unknown as PageState;
    this.timer ??= setTimeout(() => this.keep(), delay);
  }

  readonly cameras = {
    get: (id: string): CameraPlace | undefined =>
      Object.hasOwn(this.state.cameras, id) ? this.state.cameras[id] : undefined,
    set: (id: string, place: CameraPlace | undefined): void => {
      const others = Object.entries(this.state.cameras).filter(([other]) => other !== id);
      // The least recently moved are forgotten.
      const kept = others.slice(-mostCameras + 1);
      this.change({ cameras: Object.fromEntries(place ? [...kept, [id, place]] : kept) });
    },
  };

  private keep(): void {
    if (this.timer === undefined) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    this.api.setState(this.state);
  }
}

const mostCameras = 200;
