/** An image's bytes, row by row, and its class. */
export interface Example {
  readonly image: readonly number[];
  readonly label: number;
}

const [units, hidden, classes] = [8, 24, 3];
const side = 4;
const features = side * side * units;

/** The weights of the network, one after the other. */
export const shapes = [
  { name: "A", shape: [3, 3, 1, units] },
  { name: "a", shape: [units] },
  { name: "B", shape: [hidden, features] },
  { name: "b", shape: [hidden] },
  { name: "C", shape: [classes, hidden] },
  { name: "c", shape: [classes] },
] as const;

/** What each of them begins at. */
const [atA, ata, atB, atb, atC, atc] = shapes.map((_, index) =>
  shapes
    .slice(0, index)
    .reduce(
      (sum, { shape }) => sum + (shape as readonly number[]).reduce((size, length) => size * length, 1),
      0,
    ),
) as [number, number, number, number, number, number];

const scaleA = Math.sqrt(2 / (9 + 9 * units));
const scaleB = Math.sqrt(2 / (features + hidden));
const scaleC = Math.sqrt(2 / (hidden + classes));

/**
 * A convolution of images of 8 by 8 in steps of two, with zeros around them, and two dense layers, differentiated by hand: an oracle
 * that shares nothing with what it checks.
 */
export class Network {
  constructor(
    private readonly start: readonly number[],
    private readonly examples: readonly Example[],
  ) {}

  /** The mean loss, the gradient of each example's, and their mean. */
  atStart(): { loss: number; gradients: readonly (readonly number[])[]; mean: readonly number[] } {
    const found = this.examples.map((example) => lossAndGradient(this.start, example));
    return {
      loss: found.reduce((sum, { loss }) => sum + loss, 0) / found.length,
      gradients: found.map(({ gradient }) => gradient),
      mean: this.meanAt(this.start),
    };
  }

  /** The mean loss's second derivatives times a direction, by central differences of fourth order. */
  curvatureAlong(direction: readonly number[]): readonly number[] {
    const step = 1e-3 / Math.max(...direction.map(Math.abs));
    const at = (times: number) =>
      this.meanAt(this.start.map((value, index) => value + times * step * direction[index]!));
    const [one, back, two, twice] = [at(1), at(-1), at(2), at(-2)];
    return one.map(
      (value, index) => (8 * (value - back[index]!) - (two[index]! - twice[index]!)) / (12 * step),
    );
  }

  private meanAt(place: readonly number[]): readonly number[] {
    const mean = new Array<number>(place.length).fill(0);
    for (const example of this.examples) {
      lossAndGradient(place, example).gradient.forEach((value, index) => {
        mean[index]! += value / this.examples.length;
      });
    }
    return mean;
  }
}

function lossAndGradient(w: readonly number[], { image, label }: Example) {
  const pixel = (y: number, x: number) => (y < 0 || y > 7 || x < 0 || x > 7 ? 0 : image[8 * y + x]! / 255);
  const h: number[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let unit = 0; unit < units; unit++) {
        let sum = w[ata + unit]!;
        for (let tap = 0; tap < 9; tap++) {
          sum +=
            scaleA *
            w[atA + tap * units + unit]! *
            pixel(2 * y + Math.floor(tap / 3) - 1, 2 * x + (tap % 3) - 1);
        }
        h.push(Math.tanh(sum));
      }
    }
  }
  const dense = (input: readonly number[], count: number, matrix: number, bias: number, scale: number) =>
    Array.from({ length: count }, (_, row) =>
      input.reduce(
        (sum, value, column) => sum + scale * w[matrix + row * input.length + column]! * value,
        w[bias + row]!,
      ),
    );
  const m = dense(h, hidden, atB, atb, scaleB).map(Math.tanh);
  const logits = dense(m, classes, atC, atc, scaleC);
  const whole = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
  const gradient = new Array<number>(w.length).fill(0);
  const back = (
    slopes: readonly number[],
    input: readonly number[],
    matrix: number,
    bias: number,
    scale: number,
  ) => {
    const passed = new Array<number>(input.length).fill(0);
    slopes.forEach((slope, row) => {
      gradient[bias + row] = slope;
      input.forEach((value, column) => {
        const place = matrix + row * input.length + column;
        gradient[place] = scale * slope * value;
        passed[column]! += scale * slope * w[place]!;
      });
    });
    return passed.map((slope, column) => slope * (1 - input[column]! ** 2));
  };
  const ofLogits = logits.map((value, index) => Math.exp(value - whole) - (index === label ? 1 : 0));
  const ofH = back(back(ofLogits, m, atC, atc, scaleC), h, atB, atb, scaleB);
  ofH.forEach((slope, place) => {
    const [cell, unit] = [Math.floor(place / units), place % units];
    const [y, x] = [Math.floor(cell / side), cell % side];
    gradient[ata + unit]! += slope;
    for (let tap = 0; tap < 9; tap++) {
      gradient[atA + tap * units + unit]! +=
        scaleA * slope * pixel(2 * y + Math.floor(tap / 3) - 1, 2 * x + (tap % 3) - 1);
    }
  });
  return { loss: whole - logits[label]!, gradient };
}
