const more = Number(process.env.DIAG_TIMES ?? 1);

/** Whether things are tried at length, as `scripts/rooms` have it. */
export const atLength = more > 1;

/** How often something is tried at random: so often among all tests, and as much more as `scripts/rooms` ask for. */
export const times = (count: number): number => Math.ceil(count * more);

/** The same for what takes its time: fewer among all tests, as many as ever in the rooms. */
export const fewTimes = (few: number, many: number): number => (atLength ? times(many) : few);

/** One of so many of a list, from the first on; all of it when that much more is tried. */
export function oneOf<Item>(many: number, list: readonly Item[]): readonly Item[] {
  const every = Math.max(1, Math.floor(many / more));
  return list.filter((_, index) => index % every === 0);
}
