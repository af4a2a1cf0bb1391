/** What files are before they are read. */
export interface FilesNow {
  /** Another one whenever one of them may have other contents. */
  readonly edition: string;
  /** Milliseconds since 1970, of the one that changed last. */
  readonly modified: number;
  /** In bytes, all together. */
  readonly size: number;
}

/** A file that changed within so many milliseconds may change again without another time being noted. */
const coarsestTime = 2000;

/** What was made of files, each once as long as the files are the same. */
export class FileMemory<Made extends { readonly edition: string }> {
  private readonly kept = new Map<string, Made>();
  private readonly making = new Map<string, Promise<Made>>();

  /**
   * @param most how many are remembered, and so many bytes of them.
   * @param bytesOf how many bytes one takes.
   */
  constructor(
    private readonly most: { readonly count: number; readonly bytes: number },
    private readonly bytesOf: (made: Made) => number,
  ) {}

  /**
   * @param key of what is asked for; the same one is made of the same files.
   * @throws what looking at the files and making throw.
   */
  async get(
    key: string,
    look: () => Promise<FilesNow>,
    make: (files: FilesNow) => Promise<Made>,
  ): Promise<Made> {
    const files = await look();
    const isOld = Date.now() - files.modified > coarsestTime;
    const known = this.kept.get(key);
    if (known?.edition === files.edition) {
      this.remember(key, known);
      return known;
    }
    const turn = `${files.edition} ${key}`;
    const begun = this.making.get(turn);
    const making = (isOld ? begun : undefined) ?? make(files);
    this.making.set(turn, making);
    try {
      const made = await making;
      if (isOld && made.edition === files.edition) {
        this.remember(key, made);
      }
      return made;
    } finally {
      this.making.delete(turn);
    }
  }

  private remember(key: string, made: Made): void {
    this.kept.delete(key);
    this.kept.set(key, made);
    let bytes = 0;
    for (const [index, [one, other]] of [...this.kept].reverse().entries()) {
      bytes += this.bytesOf(other);
      if (index >= this.most.count || (index > 0 && bytes > this.most.bytes)) {
        this.kept.delete(one);
      }
    }
  }
}
