import type { PageState } from "../../src/preview/index.js";
import type { CameraPlace } from "../kit/camera.js";
import type { KeptState } from "../kit/kept-state.js";

const mostCameras = 200;

/** Where the camera was at each diagram, by its id. */
export interface Cameras {
  get(id: string): CameraPlace | undefined;
  set(id: string, place: CameraPlace | undefined): void;
}

/** Cameras that outlive the page, as many as were last moved. */
export function keptCameras(kept: KeptState<PageState>): Cameras {
  return {
    get: (id) => {
      const { cameras } = kept.now;
      return Object.hasOwn(cameras, id) ? cameras[id] : undefined;
    },
    set: (id, place) => {
      const others = Object.entries(kept.now.cameras).filter(([other]) => other !== id);
      const latest = others.slice(-mostCameras + 1);
      kept.change({ cameras: Object.fromEntries(place ? [...latest, [id, place]] : latest) });
    },
  };
}
