/* Signs that Plot lacks. Each points up, and is drawn in so many square px, as Plot's own are. */

/** How a sign is drawn. */
export interface SignDrawing {
  draw(context: Outline, size: number): void;
}

interface Outline {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}

/** The outline of an arrow, in radii of a circle of its size. */
const outline = [
  [0, -1.3],
  [1, -0.1],
  [0.36, -0.1],
  [0.36, 1.1],
  [-0.36, 1.1],
  [-0.36, -0.1],
  [-1, -0.1],
] as const;

/** An arrow with an area. */
export const arrow: SignDrawing = {
  draw: (context, size) => {
    const radius = Math.sqrt(size / Math.PI);
    for (const [index, [x, y]] of outline.entries()) {
      context[index === 0 ? "moveTo" : "lineTo"](x * radius, y * radius);
    }
    context.closePath();
  },
};

/** An arrow of lines. */
export const openArrow: SignDrawing = {
  draw: (context, size) => {
    const radius = Math.sqrt(size / Math.PI);
    context.moveTo(-radius, -0.1 * radius);
    context.lineTo(0, -1.2 * radius);
    context.lineTo(radius, -0.1 * radius);
    context.moveTo(0, -1.2 * radius);
    context.lineTo(0, 1.2 * radius);
  },
};
