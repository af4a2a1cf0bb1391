import { UnreadableFile } from "../../files/index.js";

/** Files of tables that are no text. */
const strangers: readonly {
  readonly title: string;
  /** One of which stands in it, as ISO 8859-1 has its bytes. */
  readonly marks: readonly string[];
  /** Where that is, from the beginning. */
  readonly at?: number;
}[] = [
  { title: "a workbook or an archive (ZIP)", marks: ["PK\x03\x04"] },
  { title: "a file of Parquet", marks: ["PAR1"] },
  { title: "a file of Arrow or Feather", marks: ["ARROW1", "FEA1"] },
  { title: "a file of HDF5", marks: ["\x89HDF\r\n"] },
  { title: "a database of SQLite", marks: ["SQLite format 3\0"] },
  { title: "a pickle of Python", marks: ["\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05"] },
  // Behind the length of its header, in which are zeros.
  { title: "a file of safetensors, which weights start from,", marks: ['\0\0{"'], at: 6 },
];

const longestBeginning = 16;

/**
 * Chunks of a file that is to be a text.
 * @throws UnreadableFile where its first bytes are those of a table that is none.
 */
export async function* withoutStrangers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst) {
      isFirst = false;
      const beginning = String.fromCharCode(...chunk.subarray(0, longestBeginning));
      const stranger = strangers.find(({ marks, at = 0 }) =>
        marks.some((mark) => beginning.startsWith(mark, at)),
      );
      if (stranger !== undefined) {
        throw new UnreadableFile(`is ${stranger.title} and no table of text; save the table as CSV`);
      }
    }
    yield chunk;
  }
}
