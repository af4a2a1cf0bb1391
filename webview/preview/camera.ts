import { animate } from "./motion.js";
import { round } from "./svg-elements.js";

export interface CameraPlace {
  /** Where the origin of the drawing, its root, is seen; px from the stage's corner. */
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

const least = 0.1;
const most = 8;
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

/** Pans and zooms a stage: drag, wheel, two fingers; keys and buttons by its methods. It transforms one group only. */
export class Camera {
  private at: CameraPlace = { x: 0, y: 0, scale: 1 };
  private frame: Frame | undefined;
  private target: SVGGElement | undefined;
  /** Whether the user has not moved it: then it follows the drawing's size and the stage's. */
  private fits = true;
  private stop = (): void => {};
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private dragging = false;

  constructor(
    private readonly stage: HTMLElement,
    /** Called when the user has moved it: with its place, or with nothing when it fits again. */
    private readonly onMoved: (place: CameraPlace | undefined) => void,
    private readonly onScale: (scale: number) => void,
  ) {
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.down(event));
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      stage.addEventListener(end, (event) => this.up(event));
    }
    // A finger is held by the element under it until the stage takes it: that is not its end.
    stage.addEventListener("lostpointercapture", (event) => {
      if (event.target === stage) {
        this.up(event);
      }
    });
    // Keeps a drag from selecting the element that it began on.
    stage.addEventListener("click", (event) => this.swallow(event), { capture: true });
    new ResizeObserver(() => this.refit(false)).observe(stage);
  }

  get scale(): number {
    return this.at.scale;
  }

  /** Looks at a group; from `place`, or so that it fits. */
  show(target: SVGGElement, frame: Frame, place: CameraPlace | undefined): void {
    this.stop();
    this.target = target;
    this.frame = frame;
    this.fits = place === undefined;
    this.set(place ?? this.fitted());
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
    const { clientWidth, clientHeight } = this.stage;
    this.glide(this.zoomed(factor, clientWidth / 2, clientHeight / 2));
    this.moved();
  }

  panBy(dx: number, dy: number): void {
    this.stop();
    this.set(this.bounded({ ...this.at, x: this.at.x + dx, y: this.at.y + dy }));
    this.moved();
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
    this.glide({ ...this.at, x: this.at.x + dx, y: this.at.y + dy });
    this.moved();
  }

  private fitted(): CameraPlace {
    return this.frame ? fitting(this.frame, this.stage.clientWidth, this.stage.clientHeight) : this.at;
  }

  private refit(moves: boolean): void {
    if (!this.fits || !this.frame || this.stage.clientWidth === 0) {
      return;
    }
    if (moves) {
      this.glide(this.fitted());
    } else {
      this.set(this.fitted());
    }
  }

  private glide(to: CameraPlace): void {
    this.stop();
    const from = this.at;
    const between = (a: number, b: number, share: number): number => a + (b - a) * share;
    this.stop = animate((share) =>
      this.set({
        x: between(from.x, to.x, share),
        y: between(from.y, to.y, share),
        scale: between(from.scale, to.scale, share),
      }),
    );
    this.goal = to;
  }
  /** Where it is going; what is kept of it. */
  private goal: CameraPlace | undefined;

  private set(place: CameraPlace): void {
    this.at = place;
    this.goal = undefined;
    this.target?.setAttribute(
      "transform",
      `translate(${round(place.x)} ${round(place.y)}) scale(${Math.round(place.scale * 1e4) / 1e4})`,
    );
    this.onScale(place.scale);
  }

  private moved(): void {
    this.fits = false;
    this.onMoved(this.goal ?? this.at);
  }

  private zoomed(factor: number, x: number, y: number): CameraPlace {
    const { at } = this;
    const scale = Math.min(most, Math.max(least, at.scale * factor));
    const ratio = scale / at.scale;
    return this.bounded({ x: x - (x - at.x) * ratio, y: y - (y - at.y) * ratio, scale });
  }

  private bounded(place: CameraPlace): CameraPlace {
    const { frame } = this;
    if (!frame) {
      return place;
    }
    const { clientWidth, clientHeight } = this.stage;
    const within = (value: number, low: number, high: number): number =>
      Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
    const { scale } = place;
    return {
      x: within(place.x, kept - (frame.x + frame.width) * scale, clientWidth - kept - frame.x * scale),
      y: within(place.y, kept - (frame.y + frame.height) * scale, clientHeight - kept - frame.y * scale),
      scale,
    };
  }

  private wheel(event: WheelEvent): void {
    if (event.defaultPrevented || !this.frame) {
      return;
    }
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (!event.ctrlKey && !event.metaKey) {
      const [dx, dy] =
        event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      this.panBy(-dx * unit, -dy * unit);
      return;
    }
    this.stop();
    const { left, top } = this.stage.getBoundingClientRect();
    // A notch of a wheel is about 100, a step of a pinch about 5.
    const power = Math.max(-60, Math.min(60, event.deltaY * unit));
    this.set(this.zoomed(2 ** (-power / 150), event.clientX - left, event.clientY - top));
    this.moved();
  }

  private down(event: PointerEvent): void {
    if (event.defaultPrevented || (event.pointerType === "mouse" && event.button > 1) || !this.frame) {
      return;
    }
    if (event.button === 1) {
      event.preventDefault();
    }
    this.stop();
    this.dragging = false;
    this.pressed = { x: event.clientX, y: event.clientY };
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }
  private pressed = { x: 0, y: 0 };

  private move(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    if (!this.dragging) {
      if (this.pointers.size === 1 && Math.hypot(now.x - this.pressed.x, now.y - this.pressed.y) < slack) {
        return;
      }
      this.dragging = true;
      this.stage.setPointerCapture(event.pointerId);
      this.stage.classList.add("dragging");
    }
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    if (!other) {
      this.panBy(now.x - before.x, now.y - before.y);
      return;
    }
    const { left, top } = this.stage.getBoundingClientRect();
    const gap = (one: { x: number; y: number }): number => Math.hypot(one.x - other.x, one.y - other.y) || 1;
    this.set(this.zoomed(gap(now) / gap(before), (now.x + other.x) / 2 - left, (now.y + other.y) / 2 - top));
    this.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  private up(event: PointerEvent): void {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size > 0) {
      return;
    }
    this.stage.classList.remove("dragging");
    // The click of this press, if there is one, comes before the next task.
    setTimeout(() => {
      this.dragging = false;
    });
  }

  private swallow(event: MouseEvent): void {
    if (!this.dragging) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
