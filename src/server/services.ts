import type { LangiumServices, LangiumSharedServices } from "langium/lsp";
import type { DiagAddedServices } from "../language/services.js";
import type { DiagEditorServices } from "./editor-services.js";

/** The language's services with those of an editor. */
export type DiagLspServices = LangiumServices & DiagAddedServices & DiagEditorServices;

/** The services of the language, from the shared ones, whatever the address of the document. */
export function diagServicesOf(shared: LangiumSharedServices): DiagLspServices {
  return shared.ServiceRegistry.all[0] as DiagLspServices;
}
