/**
 * Handwritten digits of 8 by 8 pixels, each class twice: the first twenty of the test set of E. Alpaydin and C. Kaynak, "Optical recognition of handwritten digits", UCI
 * Machine Learning Repository (CC BY 4.0). A pixel is a digit of base 17, from 0 to 16.
 */
const rows: readonly (readonly [number, string])[] = [
  [0, "005d910000dfaf5003f20b8004c008800580098004b01c7002e5ac00006da000"],
  [1, "000cd500000bg900003fg60007fgg200001gg300001gg600001gg600000bga00"],
  [2, "0004fc00003gfe00008d8g000016fb00018df10009gg500003dggb500003bg90"],
  [3, "007fd10008d6f400021dd000002fb1000001cc1000001a8000845e90007dd900"],
  [4, "0001b00000078000001d6220007f098005ga0g6004fgdg100003fa000002g400"],
  [5, "00ca000000egge0000dgfa1000bgg70000047g7000004g900054cg40009gga00"],
  [6, "000cd000005g800000dg300000ed000000fc720000dgdg30007gbf800019fb30"],
  [7, "0078dgf100774bc000008d100488ff6002bff400000g5000009f100000d50000"],
  [8, "009e810000ceec00009a0f40003gce20004gg20003g8ad2001f13g8000bgfb10"],
  [9, "00bc000002gggd0003gcae0001g1cf0000dg9f20000309b000009f40009cd300"],
  [0, "0019fb0000bg8e6002ga099001g4088004g4088001g51b3000ccaa00001ad300"],
  [1, "0000ed100005gg20000egc0001aggc0003ceg9000005gf000004ge000001dg10"],
  [2, "005c100000fe700000d1c00002a0e0000020g1000006f000009gf982003b8dc4"],
  [3, "029fe93004d89g800006ef30000be2000002fb0000002f400156dg6002ccdb00"],
  [4, "0008f100001ed11000af3fb007g71g8009gdeg5001afge000001ga00000af400"],
  [5, "05cdgg200bgf840008eb100008gge0000166g0000005g300015fd00004fg2000"],
  [6, "0008f100000ce000003g7000006g2000007ggd5000fg99e0003e92g20007fgb0"],
  [7, "0018fa0003dfee0005a0ac000035fa2000ggggc0018ce830000ad000000b9000"],
  [8, "00a7d900009acf20004bab00001ga10000cd400000c1c00001a2e00000be5000"],
  [9, "006e400000bga000008eg200001ccb0000000b30000005b0001447g2007ggdb1"],
];

export interface Digit {
  readonly label: number;
  /** From 0 to 16, row-major. */
  readonly pixels: readonly number[];
}

export const digits: readonly Digit[] = rows.map(([label, text]) => ({
  label,
  pixels: Array.from(text, (pixel) => Number.parseInt(pixel, 17)),
}));

/** Bytes of a picture of so many pixels a side, row-major. */
export function enlarged({ pixels }: Digit, side: number): number[] {
  const place = (at: number) => Math.floor((8 * at) / side);
  return Array.from(
    { length: side * side },
    (_, at) => 15 * pixels[8 * place(Math.floor(at / side)) + place(at % side)]!,
  );
}
