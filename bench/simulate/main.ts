import { benchSimulation, formatRows } from "./index.js";

console.log(formatRows(await benchSimulation()));
