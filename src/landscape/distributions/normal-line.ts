/** In standard deviations: beyond the last, the density is no longer a normal number. */
export const cellEnds = [0, 1.5, 3, 4.5, 6.5, 9, 12, 16, 22, 29, 37.5];
