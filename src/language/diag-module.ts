import {
  createDefaultCoreModule,
  createDefaultSharedCoreModule,
  EmptyFileSystem,
  inject,
  type LangiumSharedCoreServices,
  type Module,
  type PartialLangiumCoreServices,
  type PartialLangiumSharedCoreServices,
} from "langium";
import { DiagDocumentationProvider } from "./documentation.js";
import { Faults } from "./faults.js";
import { DiagGeneratedModule, DiagGeneratedSharedModule } from "./generated/module.js";
import { OneLanguageRegistry } from "./one-language.js";
import { DiagLexer, DiagLexerMessages } from "./parsing/lexer.js";
import { DiagParserMessages } from "./parsing/messages.js";
import { createDiagParser } from "./parsing/parser.js";
import { DiagTokenBuilder } from "./parsing/token-builder.js";
import { DiagValueConverter } from "./parsing/value-converter.js";
import { DataTables, MissingSources } from "./read-sources.js";
import { DeclarationFinder } from "./references/declared.js";
import { DiagNameProvider } from "./references/name-provider.js";
import { DiagScopeComputation } from "./references/scope-computation.js";
import { DiagScopeProvider } from "./references/scope-provider.js";
import type { DiagAddedServices, DiagServices } from "./services.js";
import { DeclarationChecker } from "./validation/checker.js";
import { DiagDocumentValidator } from "./validation/document-validator.js";
import { registerChecks } from "./validation/validator.js";

/** The language's services, to be joined with Langium's own or with those of its language server. */
export const DiagModule: Module<DiagServices, PartialLangiumCoreServices & DiagAddedServices> = {
  documentation: {
    DocumentationProvider: (services) => new DiagDocumentationProvider(services),
  },
  parser: {
    GrammarConfig: () => ({
      multilineCommentRules: ["BLOCK_COMMENT"],
      nameRegexp: /[\p{ID_Continue}]/u,
    }),
    TokenBuilder: () => new DiagTokenBuilder(),
    ValueConverter: () => new DiagValueConverter(),
    LangiumParser: (services) => createDiagParser(services),
    Lexer: (services) => new DiagLexer(services),
    LexerErrorMessageProvider: () => new DiagLexerMessages(),
    ParserErrorMessageProvider: () => new DiagParserMessages(),
  },
  references: {
    DeclarationFinder: (services) => new DeclarationFinder(services.shared),
    NameProvider: () => new DiagNameProvider(),
    ScopeComputation: (services) => new DiagScopeComputation(services),
    ScopeProvider: (services) => new DiagScopeProvider(services),
  },
  validation: {
    DeclarationChecker: (services) => new DeclarationChecker(services),
    Faults: () => new Faults(),
    DocumentValidator: (services) => new DiagDocumentValidator(services),
  },
  workspace: {
    MissingSources: () => new MissingSources(),
    DataTables: () => new DataTables(),
  },
};

const oneLanguageModule: Module<LangiumSharedCoreServices, PartialLangiumSharedCoreServices> = {
  ServiceRegistry: (services) => new OneLanguageRegistry(services),
};

/** Services without a file system or a language server: documents are put in by hand. */
export function createDiagServices(): { shared: LangiumSharedCoreServices; diag: DiagServices } {
  const shared = inject(
    createDefaultSharedCoreModule(EmptyFileSystem),
    DiagGeneratedSharedModule,
    oneLanguageModule,
  );
  const diag = inject(createDefaultCoreModule({ shared }), DiagGeneratedModule, DiagModule);
  shared.ServiceRegistry.register(diag);
  registerChecks(diag);
  return { shared, diag };
}
