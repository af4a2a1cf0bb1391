/**
 * The room of what may be printed: text from outside (paths, cells, messages, kept records) made safe for terminals, logs
 * and output channels, which would else carry out what control characters in it ask for.
 */
export { printableJson, printableLine, printableText } from "./printable.js";
export { asSentence } from "./sentence.js";
export {
  counted,
  countedPart,
  cutText,
  fileNameOf,
  ordinal,
  quotedText,
  roundedText,
  superscript,
} from "./text.js";
