import type { LangiumCoreServices } from "langium";
import type { Faults } from "./faults.js";
import type { DataTables, MissingSources } from "./read-sources.js";
import type { DeclarationFinder } from "./references/declared.js";
import type { DeclarationChecker } from "./validation/checker.js";

/** What this language adds to Langium's services. */
export interface DiagAddedServices {
  readonly references: { readonly DeclarationFinder: DeclarationFinder };
  readonly validation: { readonly DeclarationChecker: DeclarationChecker; readonly Faults: Faults };
  readonly workspace: { readonly MissingSources: MissingSources; readonly DataTables: DataTables };
}

export type DiagServices = LangiumCoreServices & DiagAddedServices;
