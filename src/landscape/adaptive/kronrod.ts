/** Nodes of the Gauss–Kronrod pair of 7 and 15 points on `[−1, 1]`, from the outermost to the middle one. */
const outward = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848, 0,
];
const fifteen = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
];
const seven = [0, 0.1294849661688697, 0, 0.27970539148927664, 0, 0.3818300505051189, 0, 0.4179591836734694];

const mirrored = (half: readonly number[], sign: number): Float64Array =>
  Float64Array.from({ length: 15 }, (_, i) => (i < 8 ? half[i]! : sign * half[14 - i]!));

/** An embedded pair: the rule of seven points, whose other weights are zero, judges that of fifteen. Weights sum to 2. */
export const kronrodPair = {
  points: mirrored(outward, -1),
  weights: mirrored(fifteen, 1),
  coarse: mirrored(seven, 1),
};
