import { pointers, select } from "d3-selection";
import { type D3ZoomEvent, type ZoomTransform, zoom, zoomIdentity, zoomTransform } from "d3-zoom";
import { isTool, round } from "./elements.js";
import { animate } from "./motion.js";

export interface CameraPlace {
  /** Where the origin of what is seen is; px from the stage's corner. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const scales: [least: number, most: number] = [0.1, 8];
const mostOfFit = 1.5;
const border = 24; // px around a drawing that fits
const kept = 40; // px of a drawing that stay in sight
const slack = 4; // px that a pointer moves before a press becomes a drag

/** The camera's place from which a frame is seen whole, in the middle. */
export function fitting(
  frame: Frame,
  width: number,
  height: number,
  largest = mostOfFit,
  rim = border,
): CameraPlace {
  const room = Math.min((width - 2 * rim) / frame.width, (height - 2 * rim) / frame.height);
  const scale = Math.max(0.02, Math.min(largest, room));
  return {
    x: width / 2 - (frame.x + frame.width / 2) * scale,
    y: height / 2 - (frame.y + frame.height / 2) * scale,
    scale,
  };
}

type CameraEvent = D3ZoomEvent<HTMLElement, unknown>;

/** Pans and zooms a stage: drag, wheel, two fingers; keys and buttons by its methods. It transforms one group only. */
export class Camera {
  private readonly behavior = zoom<HTMLElement, unknown>();
  private readonly selection;
  private frame: Frame | undefined;
  private target: SVGGElement | undefined;
  /** Whether the user has not moved it: then it follows the drawing's size and the stage's. */
  private fits = true;
  private stop = (): void => {};
  /** Whether the press that is under way is another gesture's, or a tool's over the stage. */
  private isTaken = false;
  /** Where a press began, and the camera then, until the press becomes a drag. */
  private press: { readonly at: readonly [number, number]; readonly from: ZoomTransform } | undefined;
  /** Whether it is moved from here, and not by a gesture. */
  private isSet = false;

  constructor(
    private readonly stage: HTMLElement,
    /** Called when the user has moved it: with its place, or with nothing when it fits again. */
    private readonly onMoved: (place: CameraPlace | undefined) => void,
    private readonly onScale: (scale: number) => void,
  ) {
    this.selection = select<HTMLElement, unknown>(stage);
    stage.addEventListener("pointerdown", (event) => {
      if (event.isPrimary) {
        this.isTaken = event.defaultPrevented || isTool(event.target);
      }
    });
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.behavior
      .scaleExtent(scales)
      .clickDistance(slack)
      .filter((event: Event) => this.takes(event))
      // A notch of a wheel is about 100, a step of a pinch about 5.
      .wheelDelta((event) => -Math.max(-60, Math.min(60, event.deltaY * unitOf(event))) / 150)
      .constrain((to) => this.bounded(to))
      .on("start", (event: CameraEvent) => this.start(event))
      .on("zoom", (event: CameraEvent) => this.zoomed(event))
      .on("end", () => this.end());
    this.selection.call(this.behavior).on("dblclick.zoom", null);
    new ResizeObserver(() => this.refit(false)).observe(stage);
  }

  get scale(): number {
    return this.at.k;
  }

  /** Looks at a group; from `place`, or so that it fits. */
  show(target: SVGGElement, frame: Frame, place: CameraPlace | undefined): void {
    this.target = target;
    this.frame = frame;
    this.fits = place === undefined;
    this.go(place ? transformOf(place) : this.fitted(), false);
  }

  /** The drawing has another frame now. A camera that fits goes along; any other stays. */
  reframe(frame: Frame, moves: boolean): void {
    this.frame = frame;
    this.refit(moves);
  }

  fit(): void {
    this.fits = true;
    this.refit(true);
    this.onMoved(undefined);
  }

  zoomBy(factor: number): void {
    const { at, stage } = this;
    const [least, most] = scales;
    const ratio = Math.min(most, Math.max(least, at.k * factor)) / at.k;
    const [x, y] = at.invert([stage.clientWidth / 2, stage.clientHeight / 2]);
    const to = at.translate(x, y).scale(ratio).translate(-x, -y);
    this.moved(this.go(this.bounded(to), true));
  }

  panBy(dx: number, dy: number): void {
    const { at } = this;
    this.moved(this.go(this.bounded(at.translate(dx / at.k, dy / at.k)), false));
  }

  /** Moves as little as it takes for a client rectangle to be in sight. */
  reveal(box: DOMRect): void {
    const stage = this.stage.getBoundingClientRect();
    const shift = (low: number, high: number, from: number, to: number): number =>
      low < from + 8 ? from + 8 - low : high > to - 8 ? to - 8 - high : 0;
    const dx = shift(box.left, box.right, stage.left, stage.right);
    const dy = shift(box.top, box.bottom, stage.top, stage.bottom);
    if (dx === 0 && dy === 0) {
      return;
    }
    const { at } = this;
    this.moved(this.go(at.translate(dx / at.k, dy / at.k), true));
  }

  private get at(): ZoomTransform {
    return zoomTransform(this.stage);
  }

  private fitted(): ZoomTransform {
    const { clientWidth, clientHeight } = this.stage;
    return this.frame ? transformOf(fitting(this.frame, clientWidth, clientHeight)) : this.at;
  }

  private refit(moves: boolean): void {
    if (this.fits && this.frame && this.stage.clientWidth > 0) {
      this.go(this.fitted(), moves);
    }
  }

  /** Goes somewhere, at once or with a movement, and returns it. */
  private go(to: ZoomTransform, moves: boolean): ZoomTransform {
    this.stop();
    if (!moves) {
      this.set(to);
      return to;
    }
    const from = this.at;
    const between = (a: number, b: number, share: number): number => a + (b - a) * share;
    this.stop = animate((share) =>
      this.set(
        transformOf({
          x: between(from.x, to.x, share),
          y: between(from.y, to.y, share),
          scale: between(from.k, to.k, share),
        }),
      ),
    );
    return to;
  }

  private set(to: ZoomTransform): void {
    this.isSet = true;
    this.behavior.transform(this.selection, to);
    this.isSet = false;
  }

  private moved({ x, y, k }: ZoomTransform): void {
    this.fits = false;
    this.onMoved({ x, y, scale: k });
  }

  private bounded(to: ZoomTransform): ZoomTransform {
    const { frame } = this;
    if (!frame) {
      return to;
    }
    const { clientWidth, clientHeight } = this.stage;
    const within = (value: number, low: number, high: number): number =>
      Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
    const { x, y, k } = to;
    return transformOf({
      x: within(x, kept - (frame.x + frame.width) * k, clientWidth - kept - frame.x * k),
      y: within(y, kept - (frame.y + frame.height) * k, clientHeight - kept - frame.y * k),
      scale: k,
    });
  }

  /** A wheel zooms with Ctrl held, as a pinch on a touchpad says it; else it pans. */
  private wheel(event: WheelEvent): void {
    if (!this.frame) {
      return;
    }
    event.preventDefault();
    if (isZoom(event)) {
      return;
    }
    const unit = unitOf(event);
    const [dx, dy] = event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    this.panBy(-dx * unit, -dy * unit);
  }

  /** Whether a gesture that an event begins is the camera's. */
  private takes(event: Event): boolean {
    if (!this.frame) {
      return false;
    }
    if (event instanceof WheelEvent) {
      return isZoom(event);
    }
    const button = event instanceof MouseEvent ? event.button : 0;
    if (button === 1) {
      // The browser would scroll.
      event.preventDefault();
    }
    return !this.isTaken && button <= 1;
  }

  private start({ sourceEvent }: CameraEvent): void {
    if (this.isSet) {
      return;
    }
    this.stop();
    const [at] = pointers(sourceEvent, this.stage);
    this.press = at && !(sourceEvent instanceof WheelEvent) ? { at, from: this.at } : undefined;
  }

  private zoomed({ sourceEvent, transform }: CameraEvent): void {
    if (!this.isSet) {
      if (this.isPressed(sourceEvent)) {
        return;
      }
      if (this.press) {
        this.press = undefined;
        this.stage.classList.add("dragging");
      }
      this.stop();
      this.moved(transform);
    }
    const { x, y, k } = transform;
    this.target?.setAttribute(
      "transform",
      `translate(${round(x)} ${round(y)}) scale(${Math.round(k * 1e4) / 1e4})`,
    );
    this.onScale(k);
  }

  /** Whether a press has not become a drag. */
  private isPressed(event: unknown): boolean {
    const [now, other] = pointers(event, this.stage);
    const [x, y] = this.press?.at ?? [Number.NaN, Number.NaN];
    return now !== undefined && other === undefined && Math.hypot(now[0] - x, now[1] - y) < slack;
  }

  private end(): void {
    if (this.isSet) {
      return;
    }
    this.stage.classList.remove("dragging");
    const { press } = this;
    this.press = undefined;
    if (press) {
      this.set(press.from);
    }
  }
}

function transformOf({ x, y, scale }: CameraPlace): ZoomTransform {
  return zoomIdentity.translate(x, y).scale(scale);
}

function isZoom(event: WheelEvent): boolean {
  return event.ctrlKey || event.metaKey;
}

/** Px of a unit of a wheel. */
function unitOf(event: WheelEvent): number {
  return event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
}
