/** What a node or a part stands for: its cumulant, defined, and in words (THEORY §2, the table). */
export interface TensorMeaning {
  /** `C_{\mu\nu} = …` */
  readonly definition: string;
  /** Of one letter where it has one, for a line of text: `C`. */
  readonly name: string;
  readonly words: string;
}

const letters = "\\mu \\nu \\lambda \\rho \\sigma \\pi \\alpha \\beta \\gamma \\delta \\epsilon \\zeta".split(
  " ",
);

const single = [
  { name: "l", words: "the expected loss at the start" },
  { name: "G", words: "the gradient of the expected loss" },
  { name: "H", words: "the Hessian: how curved the expected loss is" },
  { name: "J", words: "the third derivative: how the curvature changes along each direction" },
  { name: "Q", words: "the fourth derivative of the expected loss" },
] as const;

/** Parts of more nodes, or of more edges, are described in words alone. */
const mostNodes = 6;

/** The cumulant of a part whose nodes have these degrees. */
export function meaningOfPart(degrees: readonly number[]): TensorMeaning {
  const indices: string[][] = [];
  let used = 0;
  for (const degree of degrees) {
    indices.push(Array.from({ length: degree }, () => letter(used++)));
  }
  return degrees.length === 1 ? ofOneNode(indices[0]!) : ofSeveral(indices);
}

function letter(place: number): string {
  return place < letters.length ? letters[place]! : `\\mu_{${place}}`;
}

function derivative(indices: readonly string[], loss = "l_x"): string {
  return indices.length > 4
    ? `\\nabla^{${indices.length}} ${loss}`
    : `${indices.map((one) => `\\nabla_{${one}}`).join("")} ${loss}`.trim();
}

function ofOneNode(indices: readonly string[]): TensorMeaning {
  const degree = indices.length;
  const known = single[degree];
  const expectation = `\\mathbb{E}\\left[${derivative(indices)}\\right]`;
  if (known === undefined) {
    return {
      name: `∇${degree}`,
      definition: `\\mathbb{E}\\left[\\nabla^{${degree}} l_x\\right]`,
      words: `the ${degree}th derivative of the expected loss`,
    };
  }
  return {
    name: known.name,
    definition: `${known.name}${degree === 0 ? "" : `_{${indices.join("")}}`} = ${expectation}`,
    words: known.words,
  };
}

function ofSeveral(indices: readonly (readonly string[])[]): TensorMeaning {
  const count = indices.length;
  const plain = indices.every((list) => list.length === 1);
  const all = indices.flat().join("");
  if (plain && count === 2) {
    return {
      name: "C",
      definition: `C_{${all}} = ${central(indices)}`,
      words: "the covariance of the gradient noise",
    };
  }
  if (plain && count === 3) {
    return {
      name: "S",
      definition: `S_{${all}} = ${central(indices)}`,
      words: "the skew of the gradient noise: its third cumulant",
    };
  }
  const name = count === 2 ? "\\operatorname{Cov}" : "\\kappa";
  const symbol = `${name}\\left(${indices
    .slice(0, mostNodes)
    .map((list) => derivative(list))
    .join(",\\, ")}${count > mostNodes ? ",\\, \\ldots" : ""}\\right)`;
  const degrees = indices.map((list) => list.length).sort();
  if (count === 2) {
    const [a, b] = indices.map((list) => derivative(list)) as [string, string];
    const half =
      degrees.join() === "1,2" ? "; contracted on the right index it is half the gradient of `C`" : "";
    return {
      name: "Cov",
      definition: `${symbol} = \\mathbb{E}\\left[${a}\\,${b}\\right] - \\mathbb{E}\\left[${a}\\right]\\mathbb{E}\\left[${b}\\right]`,
      words: `the covariance over the datum of ${degreesInWords(degrees)}${half}`,
    };
  }
  const words = `the joint cumulant over the datum of ${degreesInWords(degrees)}`;
  return count === 3
    ? { name: "κ", definition: `${symbol} = ${central(indices)}`, words }
    : { name: "κ", definition: symbol, words: `${words}, which is not the central moment` };
}

/** The expectation of the product of what is left of each when its mean is taken off. */
function central(indices: readonly (readonly string[])[]): string {
  const factors = indices.map((list) => {
    const known = single[list.length];
    const mean =
      known === undefined
        ? `\\mathbb{E}[${derivative(list)}]`
        : list.length === 0
          ? "l"
          : `${known.name}_{${list.join("")}}`;
    return `(${derivative(list)} - ${mean})`;
  });
  return `\\mathbb{E}\\left[${factors.join("")}\\right]`;
}

const ordinals = ["the loss", "the gradient", "the Hessian", "the third derivative", "the fourth derivative"];

function degreesInWords(degrees: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const degree of degrees) {
    counts.set(degree, (counts.get(degree) ?? 0) + 1);
  }
  const named = [...counts].map(([degree, count]) => {
    const what = ordinals[degree] ?? `the ${degree}th derivative`;
    return count === 1 ? what : `${what} (${count} times)`;
  });
  return named.length === 1 ? named[0]! : `${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
}
