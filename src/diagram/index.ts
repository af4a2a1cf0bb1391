/**
 * The room of diagrams as combinatorial objects: rooted trees with partitions, their conditions,
 * short and canonical forms, symmetries, and their enumeration. Pure; it knows nothing of numbers.
 */
export {
  automorphismCount,
  automorphismsKeeping,
  type Canonical,
  canonicalForm,
  canonicalize,
  mostSteps,
  type Symmetry,
  symmetryOf,
} from "./canonical.js";
export {
  contractLinks,
  isIrreducible,
  isRootAlone,
  linksOf,
  type PathViolation,
  pathViolations,
  satisfiesPathCondition,
} from "./conditions.js";
export {
  childrenOf,
  type Diagram,
  DiagramError,
  degreesOf,
  edgeCount,
  longestPath,
  makeDiagram,
  nodesOfParts,
  restrictedGrowth,
  rootOf,
} from "./diagram.js";
export {
  type EnumeratedDiagram,
  type EnumerationFilter,
  enumerateDiagrams,
  largestEnumeration,
  leastDiagramCount,
} from "./enumerate.js";
export {
  type FormFault,
  type FormNumbers,
  type FormPiece,
  type FormWord,
  formatShortForm,
  isDotted,
  isNodeNumber,
  parseShortForm,
  piecesOfWord,
  readFormNumbers,
  wordsOfShortForm,
} from "./shortform.js";
export { formatTwoRooted, isJoined, splitRoot, type TwoRootedDiagram } from "./two-roots.js";
