import type { DrawnEdge, DrawnNode, Point, SmoothPath } from "./drawing.js";
import { flatten } from "./geometry.js";

/** How far an arc swings out, as a share of the way, tried from the flattest. */
const swings = [0.22, -0.22, 0.4, -0.4, 0.65, -0.65];

/** Edges beside the tree, as arcs that swing away from its edges and, where they can, past other nodes. */
export function drawStrays(
  strays: readonly { readonly from: number; readonly to: number }[],
  nodes: readonly DrawnNode[],
): DrawnEdge[] {
  const taken = new Map<string, number>();
  return strays.map(({ from, to }) => {
    const pair = from < to ? `${from} ${to}` : `${to} ${from}`;
    const earlier = taken.get(pair) ?? 0;
    taken.set(pair, earlier + 1);
    const path =
      from === to ? drawLoop(nodes[from]!, earlier) : drawSwing(nodes[from]!, nodes[to]!, nodes, earlier);
    return { from, to, path };
  });
}

/** A loop above a node. */
function drawLoop({ x, y, radius }: DrawnNode, earlier: number): SmoothPath {
  const start = { x: x - 0.7 * radius, y: y - 0.7 * radius };
  const end = { x: x + 0.7 * radius, y: y - 0.7 * radius };
  const height = 26 + 10 * earlier;
  return {
    start,
    curves: [
      {
        control1: { x: x - height * 0.8, y: start.y - height },
        control2: { x: x + height * 0.8, y: end.y - height },
        end,
      },
    ],
  };
}

function drawSwing(from: DrawnNode, to: DrawnNode, nodes: readonly DrawnNode[], earlier: number): SmoothPath {
  const others = nodes.filter(({ node }) => node !== from.node && node !== to.node);
  let best: { path: SmoothPath; cost: number } | undefined;
  for (const swing of swings) {
    const path = swingBy(from, to, swing * (1 + 0.5 * earlier));
    const points = flatten(path, 16);
    const within = (x: number, y: number, half: number, tall: number): boolean =>
      points.some((point) => Math.abs(point.x - x) < half && Math.abs(point.y - y) < tall);
    const discs = others.filter(({ x, y, radius }) => within(x, y, radius + 4, radius + 4)).length;
    const names = nodes.filter(({ label }) => {
      const middle = { start: 0.5, middle: 0, end: -0.5 }[label.anchor] * label.width;
      return within(label.x + middle, label.y, label.width / 2, label.height / 2);
    }).length;
    const cost = 3 * discs + names;
    if (!best || cost < best.cost) {
      best = { path, cost };
    }
    if (cost === 0) {
      break;
    }
  }
  return best!.path;
}

function swingBy(from: DrawnNode, to: DrawnNode, share: number): SmoothPath {
  const across = { x: to.x - from.x, y: to.y - from.y };
  const length = Math.hypot(across.x, across.y);
  const reach = Math.sign(share) * Math.max(Math.abs(share) * length, 22);
  const aside = { x: (across.y / length) * reach, y: (-across.x / length) * reach };
  const at = (along: number): Point => ({
    x: from.x + along * across.x + 1.33 * aside.x,
    y: from.y + along * across.y + 1.33 * aside.y,
  });
  const [control1, control2] = [at(0.2), at(0.8)];
  return {
    start: towards(from, control1),
    curves: [{ control1, control2, end: towards(to, control2) }],
  };
}

function towards(from: DrawnNode, to: Point): Point {
  const share = from.radius / Math.hypot(to.x - from.x, to.y - from.y);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
