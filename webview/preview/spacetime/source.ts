import type {
  EmbeddingsParameters,
  PreviewEmbedding,
  PreviewEmbeddings,
  Problem,
} from "../../../src/preview/index.js";
import { lineOf } from "../../kit/text.js";
import { problemOf } from "../text-edits.js";

export type Question = Omit<EmbeddingsParameters, "uri">;
export type Ask = (question: Question) => Promise<PreviewEmbeddings | Problem>;
export type Subject = Omit<Question, "first" | "count">;

/** One embedding with what was answered beside it. */
export interface Found {
  readonly answer: PreviewEmbeddings;
  /** Absent when there is none at all. */
  readonly embedding?: PreviewEmbedding;
  readonly number: bigint;
}

/** Embeddings asked for at once: most steps find theirs there. */
const block = 16n;
const mostBlocks = 64;
/** Milliseconds until contributions that were still being computed are asked for again. */
const again = 500;

/**
 * The embeddings of one diagram in one space-time. Where they are comes at once; contributions, which have to be
 * evaluated, come behind.
 */
export class EmbeddingSource {
  private readonly blocks = new Map<bigint, PreviewEmbeddings>();
  private wanted = 0n;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ended = false;

  /** @param onNews called with what is known of the embedding wanted last, each time more is known of it. */
  constructor(
    readonly subject: Subject,
    private readonly ask: Ask,
    private readonly onNews: (news: Found | Problem) => void,
  ) {}

  /** Goes to an embedding; a number behind the last gives the last. */
  want(number: bigint): void {
    this.wanted = number;
    clearTimeout(this.timer);
    const known = this.blocks.get(number / block);
    if (known) {
      this.tell(known);
    }
    if (!known || !this.isComplete(known)) {
      void this.load(number / block);
    }
  }

  /** Nothing is told any more. */
  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private async load(index: bigint): Promise<void> {
    const stretch = { first: String(index * block), count: Number(block) };
    const { landscape, eta, metric, ...place } = this.subject;
    const evaluated = landscape !== undefined && eta !== undefined;
    if (!this.blocks.has(index)) {
      await this.take(index, { ...place, ...stretch });
    }
    if (evaluated && this.isWanted(index)) {
      await this.take(index, {
        ...place,
        landscape,
        eta,
        ...(metric === undefined ? {} : { metric }),
        ...stretch,
      });
    }
  }

  private async take(index: bigint, question: Question): Promise<void> {
    const answer = await this.ask(question).catch((error: unknown) => ({ problem: lineOf(error) }));
    if (this.ended) {
      return;
    }
    const problem = problemOf(answer);
    if (problem !== undefined || "problem" in answer) {
      if (this.isWanted(index)) {
        this.onNews({ problem: problem ?? "there is no answer" });
      }
      return;
    }
    this.keep(BigInt(answer.first) / block, answer);
    if (!this.isWanted(index)) {
      return;
    }
    this.tell(answer);
    if (answer.pending) {
      this.timer = setTimeout(() => void this.load(index), again);
    }
  }

  private keep(index: bigint, answer: PreviewEmbeddings): void {
    // An answer that was cut short at the end of all embeddings may begin within a block.
    if (BigInt(answer.first) % block !== 0n) {
      return;
    }
    this.blocks.delete(index);
    this.blocks.set(index, answer);
    if (this.blocks.size > mostBlocks) {
      this.blocks.delete(this.blocks.keys().next().value!);
    }
  }

  private isWanted(index: bigint): boolean {
    return !this.ended && this.wanted / block === index;
  }

  private isComplete(answer: PreviewEmbeddings): boolean {
    const { landscape, eta } = this.subject;
    if (landscape === undefined || eta === undefined) {
      return true;
    }
    return answer.observable !== undefined && !answer.pending;
  }

  private tell(answer: PreviewEmbeddings): void {
    const total = BigInt(answer.total);
    const number = this.wanted < total ? this.wanted : total > 0n ? total - 1n : 0n;
    const embedding = answer.embeddings[Number(number - BigInt(answer.first))];
    this.onNews({ answer, number, ...(embedding ? { embedding } : {}) });
  }
}
