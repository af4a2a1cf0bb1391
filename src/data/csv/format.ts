import { decoded } from "../../files/index.js";
import type { DataFormat } from "../format.js";
import { TableReader } from "./read.js";
import { withoutStrangers } from "./strangers.js";
import { TextSurvey } from "./survey.js";

/** Numbers in text: read once to know what the text is, and once to understand it. */
export const csv: DataFormat = {
  name: "CSV",
  extensions: [".csv", ".txt", ".dat", ".tsv", ".csv.gz"],
  async read(file, names) {
    const survey = new TextSurvey();
    for await (const part of decoded(withoutStrangers(file.chunks()))) {
      survey.add(part);
    }
    const reader = new TableReader(survey.facts, names);
    for await (const part of decoded(file.chunks())) {
      reader.push(part);
      if (reader.isDone) {
        break;
      }
    }
    return reader.finish();
  },
};
