/** The most test points that a trial may be asked to have; their blocks have numbers of 32 bits. */
export const mostTestPoints = 1e9;

export function isCountOfTestPoints(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= mostTestPoints;
}
