/** TeX in parentheses, unless it is one letter or name. */
export function enclosed(tex: string): string {
  return /^(?:[A-Za-z]|\\[A-Za-z]+|\\mathrm\{[^{}]*\})$/.test(tex) ? tex : `\\left(${tex}\\right)`;
}

/** One application of a function, or a fraction. */
const whole = /^(?:\\operatorname\{[^{}]*\}\\left\([^()]*\\right\)|\\frac(?:\{(?:[^{}]|\{[^{}]*\})*\}){2})$/;

/** TeX as a factor: what is one thing stands for itself as well. */
export function factor(tex: string): string {
  return whole.test(tex) ? tex : enclosed(tex);
}

/** A function by its name, with constants that are given as its index: `sum_{axis}(x)`. */
export function applied(
  name: string,
  tensors: readonly string[],
  constants: readonly (number | undefined)[] = [],
): string {
  const index = constants.filter((constant) => constant !== undefined).join(",");
  return `\\operatorname{${name}}${index === "" ? "" : `_{${index}}`}\\left(${tensors.join(",\\, ")}\\right)`;
}
