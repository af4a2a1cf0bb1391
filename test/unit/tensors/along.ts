import { type Expression, type Landscape, replaceSymbols } from "../../../src/landscape/index.js";
import { type TensorLandscape, unfoldLandscape } from "../../../src/tensors/index.js";

/** The unfolded landscape as one whose weights say how far the place has gone along each direction. */
export function alongScalars(net: TensorLandscape, along: readonly (readonly Float64Array[])[]): Landscape {
  const { weights, loss, ...rest } = unfoldLandscape(net);
  const steps = along.map((parts) => parts.flatMap((part) => [...part]));
  const moved = new Map(
    weights.map(({ name, start }, i) => {
      const terms = steps.map((step, k): Expression => {
        const factors: Expression[] = [
          { kind: "number", value: step[i]! },
          { kind: "symbol", name: `along ${k}` },
        ];
        return { kind: "product", factors };
      });
      return [name, { kind: "sum", terms: [{ kind: "number", value: start }, ...terms] } as Expression];
    }),
  );
  return {
    ...rest,
    weights: steps.map((_, k) => ({ name: `along ${k}`, start: 0 })),
    loss: replaceSymbols(loss, (name) => moved.get(name)),
  };
}
