import type { ClassBounds, GridFunctions } from "./adaptive/index.js";
import { nodeCount } from "./build.js";
import { type CoreGroup, type CoreProgram, evaluateGroup } from "./cores.js";
import { continuousOf } from "./distributions/index.js";
import { compileBound } from "./enclosure/index.js";
import type { LandscapeError } from "./error.js";
import { compileExpression } from "./evaluation.js";
import type { Expression } from "./expression.js";
import type { Landscape } from "./landscape.js";
import { type Monomials, makeMonomials, monomialIndices } from "./monomials.js";
import { rowCount } from "./rows.js";

const noMonomials = makeMonomials(0, 0);

/** Expressions of the data as functions of a grid, each a class of its own. */
export function expressionFunctions(
  expressions: readonly Expression[],
  slots: ReadonlyMap<string, number>,
  problem: (index: number, data: Float64Array) => LandscapeError,
): GridFunctions {
  return blockFunctions([], expressions, slots, noMonomials, [], (_, data) => problem(0, data));
}

/**
 * The functions of one block of data: its features first, then each group's derivatives.
 * @param monomials what the derivatives' numbers mean
 * @param samples some typical data, to see in what units derivatives are alike
 * @param problem an error for a derivative (0: the loss) that is not finite
 */
export function blockFunctions(
  groups: readonly CoreGroup[],
  features: readonly Expression[],
  slots: ReadonlyMap<string, number>,
  monomials: Monomials,
  samples: readonly Float64Array[],
  problem: (id: number, data: Float64Array) => LandscapeError,
): GridFunctions {
  const compiled = features.map((feature) => compileExpression(feature, slots));
  const featureBounds = features.map((feature) => compileBound(feature, new Map(), slots, 0));
  let count = features.length;
  for (const group of groups) {
    group.first = count;
    count += group.ids.length;
  }
  const units = unitsOf(groups, samples, monomials.variables);
  const { classes, classCount, bound } = classify(groups, features.length, count, monomials.degrees, units);
  const factors = new Float64Array(count).fill(1);
  for (const group of groups) {
    group.ids.forEach((id, i) => {
      for (const unknown of monomialIndices(monomials, id)) {
        factors[group.first + i]! /= units[unknown]!;
      }
    });
  }
  return {
    count,
    cost:
      groups.reduce((cost, group) => cost + group.cost, 0) +
      features.reduce((cost, feature) => cost + nodeCount(feature), 0),
    classes,
    classCount,
    factors,
    evaluate: (data, out) => {
      for (let f = 0; f < compiled.length; f++) {
        out[f] = compiled[f]!(data);
      }
      for (const group of groups) {
        evaluateGroup(group, data, out, group.first);
      }
    },
    bound: (centres, radii, out) => {
      featureBounds.forEach((boundOf, f) => {
        const { values, degrees: sizes } = boundOf(centres, radii);
        out.magnitudes[f] = sizes[0]!;
        out.variations[f] = values.radius;
        out.analytic[f] = values.analytic ? 1 : 0;
      });
      bound(centres, radii, out);
    },
    problem: (index, data) => {
      const group = groups.find(({ first, ids }) => index >= first && index < first + ids.length);
      return problem(group === undefined ? 0 : group.ids[index - group.first]!, data);
    },
  };
}

/** A program's coefficients of one degree, and the class they count to. */
interface Share {
  readonly bound: ReturnType<CoreProgram["boundIn"]>;
  /** `classOf[degree]`: -1 where the program has no coefficient of that degree. */
  readonly classOf: Int32Array;
}

/**
 * Derivatives of one degree that come from one program are a class; those of one degree that several programs of a
 * group add to are another.
 */
function classify(
  groups: readonly CoreGroup[],
  features: number,
  count: number,
  degrees: ArrayLike<number>,
  units: Float64Array,
): { classes: Int32Array; classCount: number; bound: GridFunctions["bound"] } {
  const classes = new Int32Array(count);
  for (let f = 0; f < features; f++) {
    classes[f] = f;
  }
  let classCount = features;
  const shares: Share[] = [];
  /** Classes that several programs add to, with the programs and degrees that do. */
  const mixed: { own: number; parts: { share: number; degree: number }[] }[] = [];
  for (const group of groups) {
    const owners = new Int32Array(group.ids.length);
    for (const { targets } of group.programs) {
      for (const target of targets) {
        owners[target]!++;
      }
    }
    const several = new Map<number, (typeof mixed)[number]>();
    for (const program of group.programs) {
      const own = new Map<number, number>();
      const share = shares.length;
      const most = program.program.monomials.order;
      for (const target of program.targets) {
        const degree = degrees[group.ids[target]!]!;
        let assigned: number;
        if (owners[target] === 1) {
          assigned = own.get(degree) ?? classCount++;
          own.set(degree, assigned);
        } else {
          let entry = several.get(degree);
          if (entry === undefined) {
            entry = { own: classCount++, parts: [] };
            several.set(degree, entry);
            mixed.push(entry);
          }
          if (!entry.parts.some((part) => part.share === share)) {
            entry.parts.push({ share, degree });
          }
          assigned = entry.own;
        }
        classes[group.first + target] = assigned;
      }
      shares.push({
        bound: program.boundIn(units),
        classOf: Int32Array.from({ length: most + 1 }, (_, degree) => own.get(degree) ?? -1),
      });
    }
  }
  const bound = (centres: Float64Array, radii: Float64Array, out: ClassBounds): void => {
    for (const { own } of mixed) {
      out.magnitudes[own] = 0;
      out.variations[own] = 0;
      out.analytic[own] = 1;
    }
    const bounds = shares.map(({ bound: boundOf, classOf }) => {
      const { values, degrees: sizes } = boundOf(centres, radii);
      classOf.forEach((own, degree) => {
        if (own < 0) {
          return;
        }
        out.magnitudes[own] = sizes[degree]!;
        out.variations[own] = degree === 0 ? values.radius : 2 * sizes[degree]!;
        out.analytic[own] = values.analytic ? 1 : 0;
      });
      return { values, sizes };
    });
    for (const { own, parts } of mixed) {
      for (const { share, degree } of parts) {
        const { values, sizes } = bounds[share]!;
        out.magnitudes[own]! += sizes[degree]!;
        out.variations[own]! += degree === 0 ? values.radius : 2 * sizes[degree]!;
        if (!values.analytic) {
          out.analytic[own] = 0;
        }
      }
    }
  };
  return { classes, classCount, bound };
}

/** Units in which the first derivatives by all coordinates are about 1 where data are typical. */
function unitsOf(
  groups: readonly CoreGroup[],
  samples: readonly Float64Array[],
  variables: number,
): Float64Array {
  const slopes = new Float64Array(variables);
  for (const data of samples) {
    for (const { programs } of groups) {
      for (const { program, unknowns } of programs) {
        const values = program.run(data);
        for (const m of program.pattern) {
          if (program.monomials.degrees[m] !== 1) {
            continue;
          }
          const size = Math.abs(values[m]!);
          const unknown = unknowns[m - 1]!;
          if (size < Infinity) {
            slopes[unknown] = Math.max(slopes[unknown]!, size);
          }
        }
      }
    }
  }
  return slopes.map((slope) => (slope > 1e-100 && slope < 1e100 ? 1 / slope : 1));
}

/** Some data that are typical of their distributions, each by slot. */
export function typicalData(landscape: Landscape): Float64Array[] {
  return [0, 1, 2, 3, 4].map((sample) =>
    Float64Array.from(
      landscape.data.flatMap((source, s) => {
        // where in its distribution, differently for each source
        const share = ((sample * 0.618 + s * 0.414 + 0.13) % 1) - 0.5;
        switch (source.kind) {
          case "rows": {
            const first = Math.floor((share + 0.5) * rowCount(source)) * source.names.length;
            return source.names.map((_, column) => source.values[first + column]!);
          }
          case "continuous":
            return [continuousOf(source).typical(source.parameters, share)];
          case "finite":
            return [source.outcomes[Math.floor((share + 0.5) * source.outcomes.length)]!.value];
        }
        throw new RangeError("a distribution of no known kind");
      }),
    ),
  );
}
