import { FileMemory } from "../memory.js";
import { lookAt } from "./open-file.js";
import { type DataDescription, type DataSource, describeData } from "./source.js";
import { describeTensor, type TensorDescription } from "./start.js";

/** Descriptions are remembered up to so many. */
const most = { count: 256, bytes: Number.POSITIVE_INFINITY };

/**
 * Describes what is not remembered.
 * @param size of all files in bytes.
 * @param isWanted whether somebody waits for it still.
 */
export interface DescribesData {
  data(source: DataSource, size: number, isWanted: () => boolean): Promise<DataDescription>;
  tensor(
    path: string,
    name: string | undefined,
    size: number,
    isWanted: () => boolean,
  ): Promise<TensorDescription>;
}

const here: DescribesData = {
  data: (source) => describeData(source),
  tensor: (path, name) => describeTensor(path, name),
};

/** Descriptions of data and of arrays, each made once as long as the files are the same. */
export class DataDescriptions {
  private readonly sources = new FileMemory<DataDescription>(most, () => 0);
  private readonly tensors = new FileMemory<TensorDescription>(most, () => 0);

  constructor(private readonly describes: DescribesData = here) {}

  /** @throws UnreadableData, with the file and the place, and what describing throws. */
  data(source: DataSource, isWanted: () => boolean = () => true): Promise<DataDescription> {
    const { format, files, columns, take } = source;
    return this.sources.get(
      JSON.stringify([format, files, columns.map(({ name, shape }) => [name, shape]), take]),
      () => lookAt(files),
      ({ size }) => this.describes.data(source, size, isWanted),
    );
  }

  /** @throws UnreadableData, with the file and the place, and what describing throws. */
  tensor(
    path: string,
    name: string | undefined,
    isWanted: () => boolean = () => true,
  ): Promise<TensorDescription> {
    return this.tensors.get(
      JSON.stringify([path, name]),
      () => lookAt([path]),
      ({ size }) => this.describes.tensor(path, name, size, isWanted),
    );
  }
}
