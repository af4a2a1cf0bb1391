import type { BufferId, EachEntry, Loop, ProductTarget, Source } from "./loop.js";

/** Whether any loop reads a weight that has gone its way already, or one that goes it in the same loop and in another order. */
export function readsWhatMoved(loops: readonly Loop[]): boolean {
  const moved = new Set<BufferId>();
  return loops.some((loop) => {
    const { read, own, descends } = readBy(loop);
    const isWrong =
      read.some((buffer) => moved.has(buffer) || descends.includes(buffer)) ||
      own.some((buffer) => moved.has(buffer));
    for (const buffer of descends) {
      moved.add(buffer);
    }
    return isWrong;
  });
}

/** What a loop reads anywhere, what it reads just where it writes, and the weights that go their way in it. */
function readBy(loop: Loop): {
  readonly read: readonly BufferId[];
  readonly own: readonly BufferId[];
  readonly descends: readonly BufferId[];
} {
  const descending = (target: ProductTarget) => (target.kind === "descend" ? [target.weight] : []);
  switch (loop.kind) {
    case "entrywise": {
      const isOwn = ({ walk }: Source) => walk.kind === "even" && walk.first === 0 && walk.step === 1;
      return {
        read: loop.sources.filter((source) => !isOwn(source)).map(({ buffer }) => buffer),
        own: loop.sources.filter(isOwn).map(({ buffer }) => buffer),
        descends: loop.outputs.flatMap(({ target }) => descending(target)),
      };
    }
    case "product":
      return { read: [loop.a.buffer, loop.b.buffer], own: [], descends: descending(loop.target) };
    case "transposed":
      return { read: [loop.a.buffer, loop.b.buffer], own: [], descends: [] };
    case "sum":
    case "gatherSum":
      return { read: [loop.buffer], own: [], descends: descending(loop.target) };
    case "clear":
      return { read: [], own: [], descends: [] };
    case "largest":
    case "oneHot":
      return { read: [loop.source.buffer], own: [], descends: [] };
  }
}

/** The first loop that has to do with each buffer, and the last. */
export function livesOf(loops: readonly Loop[], buffers: number): (readonly [number, number] | undefined)[] {
  const lives: ([number, number] | undefined)[] = new Array(buffers).fill(undefined);
  loops.forEach((loop, place) => {
    for (const buffer of buffersOf(loop)) {
      lives[buffer] ??= [place, place];
      lives[buffer][1] = place;
    }
  });
  return lives;
}

function buffersOf(loop: Loop): readonly BufferId[] {
  const ofTarget = (target: ProductTarget): readonly BufferId[] =>
    target.kind === "descend" ? [target.weight, target.moved] : [target.buffer];
  const ofEntries = (each: Pick<EachEntry, "sources" | "outputs"> | undefined): readonly BufferId[] =>
    each === undefined
      ? []
      : [
          ...each.sources.map(({ buffer }) => buffer),
          ...each.outputs.flatMap(({ target }) => ofTarget(target)),
        ];
  switch (loop.kind) {
    case "entrywise":
      return ofEntries(loop);
    case "product":
      return [loop.a.buffer, loop.b.buffer, ...ofTarget(loop.target), ...ofEntries(loop.each)];
    case "transposed":
      return [loop.a.buffer, loop.b.buffer, loop.buffer, ...ofEntries(loop.each)];
    case "sum":
    case "gatherSum":
      return [loop.buffer, ...ofTarget(loop.target)];
    case "clear":
      return [loop.buffer];
    case "largest":
    case "oneHot":
      return [loop.source.buffer, loop.out];
  }
}
