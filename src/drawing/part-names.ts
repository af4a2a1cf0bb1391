import type { DrawnLabel, DrawnNode, DrawnOutline, Point } from "./drawing.js";
import { flatten, isInside } from "./geometry.js";
import { labelHeight, ringReach, signOffset, signReach, textWidth } from "./measures.js";
import type { PartOutline } from "./outlines.js";
import {
  areNearby,
  isInRectangle,
  type Rectangle,
  rectangleAround,
  rectangleOf,
  squareAround,
} from "./rectangles.js";

/** How far a name or a sign stands from the border of its part, px: tried in turn until it covers nothing. */
const distances = [5, 12, 22, 36, 56, 84, 120, 170, 240];
/** Places that are tried along a border. */
const mostPlaces = 32;
/** More places are compared in vain in drawings of more nodes: names stand above or below their parts there. */
const mostNodes = 200;

interface Ground {
  /** Names, and discs with all rings round them. */
  readonly taken: Rectangle[];
  readonly areas: readonly Area[];
  readonly edges: readonly Area[];
}

interface Area {
  readonly lines: readonly (readonly Point[])[];
  readonly box: Rectangle;
}

/**
 * Gives each part its style, and to its name and to a sign about it places near its border where they cover no
 * name, no disc with its rings, no other part and, where there is room, no edge.
 *
 * @param partLabels the names as they are shown.
 */
export function nameParts(
  outlines: readonly PartOutline[],
  partNames: readonly (string | undefined)[],
  partLabels: readonly string[],
  nodes: readonly DrawnNode[],
  edges: readonly (readonly Point[])[],
): DrawnOutline[] {
  const areaOf = (lines: readonly (readonly Point[])[]): Area => ({
    lines,
    box: rectangleAround(lines.flat()),
  });
  const ground: Ground = {
    taken: nodes.flatMap((node) => {
      const { x, y, radius, label } = node;
      const sign = signOffset(radius, label.y - y);
      return [
        rectangleOf(label),
        squareAround(node, radius + ringReach),
        squareAround({ x: x + sign.x, y: y + sign.y }, signReach),
      ];
    }),
    areas: outlines.map(({ paths }) => areaOf(paths.map((path) => flatten(path, 2)))),
    edges: edges.map((edge) => areaOf([edge])),
  };
  const tries = nodes.length > mostNodes ? 4 : mostPlaces;
  return outlines.map(({ part, nodes: members, form, paths }, style) => {
    const name = partNames[part];
    const rim = ground.areas[style]!.lines.flat();
    let label: DrawnLabel | undefined;
    if (name !== undefined) {
      const text = partLabels[part]!;
      const size = { text, width: textWidth(text, "bold"), height: labelHeight };
      label = freest(rim, tries, ground, (at, away) => {
        const placed = besideBorder(at, away, size.width, size.height);
        const one: DrawnLabel = { ...size, ...placed };
        const box = rectangleOf(one);
        return { place: one, box: { ...box, left: box.left - 2 * signReach - 2 } };
      });
      ground.taken.push(rectangleOf(label));
    }
    const sign = label
      ? { x: rectangleOf(label).left - signReach - 2, y: label.y }
      : freest(rim, tries, ground, (at, away) => {
          const reach = signReach + away - distances[0]!;
          const place = { x: at.point.x + at.normal.x * reach, y: at.point.y + at.normal.y * reach };
          return { place, box: squareAround(place, signReach) };
        });
    ground.taken.push(squareAround(sign, signReach));
    return { part, name, nodes: members, style, form, paths, label, sign };
  });
}

interface BorderPlace {
  readonly point: Point;
  /** Away from the part's middle, of length 1. */
  readonly normal: Point;
}

/** Places along a border, that of its highest point first, then the lowest, the rightmost and the leftmost. */
function placesAlong(rim: readonly Point[], most: number): BorderPlace[] {
  const box = rectangleAround(rim);
  const extreme = (height: (point: Point) => number): Point =>
    rim.reduce((best, point) => (height(point) > height(best) ? point : best));
  const found: BorderPlace[] = [
    { point: extreme(({ y }) => -y), normal: { x: 0, y: -1 } },
    { point: extreme(({ y }) => y), normal: { x: 0, y: 1 } },
    { point: extreme(({ x }) => x), normal: { x: 1, y: 0 } },
    { point: extreme(({ x }) => -x), normal: { x: -1, y: 0 } },
  ];
  const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  const step = Math.max(1, Math.floor(rim.length / most));
  for (let index = 0; index < rim.length && found.length < most; index += step) {
    const before = rim.at(index - 1)!;
    const behind = rim[(index + 1) % rim.length]!;
    const length = Math.hypot(behind.x - before.x, behind.y - before.y);
    if (length === 0) {
      continue;
    }
    const point = rim[index]!;
    const across = { x: (behind.y - before.y) / length, y: (before.x - behind.x) / length };
    const isOutward = across.x * (point.x - middle.x) + across.y * (point.y - middle.y) >= 0;
    found.push({ point, normal: isOutward ? across : { x: -across.x, y: -across.y } });
    if (most === mostPlaces) {
      found.push({ point, normal: isOutward ? { x: -across.x, y: -across.y } : across });
    }
  }
  return found;
}

/** Where a text stands that is to be so far from a place on a border. */
function besideBorder(
  { point, normal }: BorderPlace,
  away: number,
  width: number,
  height: number,
): Pick<DrawnLabel, "x" | "y" | "anchor"> {
  if (Math.abs(normal.x) > 0.8) {
    const side = Math.sign(normal.x);
    return {
      anchor: side > 0 ? "start" : "end",
      x: point.x + side * away,
      y: point.y + normal.y * (height / 2),
    };
  }
  // The nearer the border is to upright, the further the text moves aside.
  const aside = (normal.x / 0.8) * (width / 2);
  return {
    anchor: "middle",
    x: point.x + normal.x * away + aside,
    y: point.y + normal.y * away + Math.sign(normal.y) * (height / 2),
  };
}

/** The place that covers least: the first that covers nothing, near the border before far from it. */
function freest<Place>(
  rim: readonly Point[],
  most: number,
  ground: Ground,
  placeAt: (at: BorderPlace, away: number) => { readonly place: Place; readonly box: Rectangle },
): Place {
  const borders = placesAlong(rim, most);
  let best: { readonly place: Place; readonly cost: number } | undefined;
  for (const away of distances) {
    borders.forEach((at, index) => {
      const { place, box } = placeAt(at, away);
      const cost = crowding(box, ground) + away + Math.min(index, 6);
      if (!best || cost < best.cost) {
        best = { place, cost };
      }
    });
    if (best!.cost < costOfEdge + away) {
      break;
    }
  }
  return best!.place;
}

const costOfName = 1000;
const costOfPart = 400;
const costOfEdge = 60;
/** From the border of a part to what must not lie on it: half the width of its soft border. */
const besidePart = 4;

function crowding(box: Rectangle, { taken, areas, edges }: Ground): number {
  const covers = ({ lines, box: around }: Area, reach: number, isClosed: boolean): boolean =>
    areNearby(box, around, reach) &&
    (lines.some((line) => line.some((point) => isInRectangle(point, box, reach))) ||
      (isClosed && isInside({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, lines)));
  return (
    costOfName * taken.filter((one) => areNearby(box, one)).length +
    costOfPart * areas.filter((area) => covers(area, besidePart, true)).length +
    costOfEdge * edges.filter((edge) => covers(edge, 1, false)).length
  );
}
