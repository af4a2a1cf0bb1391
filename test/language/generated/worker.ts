import { Attempts, type Stage } from "./attempts.js";
import { generatedFile } from "./generate.js";
import { Random } from "./random.js";

// Tries files, one after the other, for `scripts/rooms/generated-files.mjs`: it is sent numbers, says which stage it is in,
// and answers with what went wrong and how long each stage took.

const attempts = await Attempts.begin();

process.on("message", (seed: number) => {
  void answer(seed);
});

async function answer(seed: number): Promise<void> {
  const { kind, text } = generatedFile(seed);
  const times: Partial<Record<Stage, number>> = {};
  let stage: Stage | undefined;
  let began = process.cpuUsage();
  const end = (): void => {
    const { user, system } = process.cpuUsage(began);
    if (stage !== undefined) {
      times[stage] = (user + system) / 1e6;
    }
  };
  const failures = await attempts.try(text, new Random(seed), (next) => {
    end();
    stage = next;
    began = process.cpuUsage();
    process.send!({ seed, stage });
  });
  end();
  process.send!({
    seed,
    done: true,
    kind,
    characters: text.length,
    times,
    memory: process.memoryUsage.rss(),
    failures: failures.map(({ stage, what, thrown }) => ({
      stage,
      what,
      stack: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    })),
  });
}

process.send!({ ready: true });
