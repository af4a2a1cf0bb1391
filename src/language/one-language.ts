import { DefaultServiceRegistry, type LangiumCoreServices } from "langium";

/** A file is read as what it is given for, whatever its name ends in. */
export class OneLanguageRegistry extends DefaultServiceRegistry {
  override getServices(): LangiumCoreServices {
    return this.all[0]!;
  }

  override hasServices(): boolean {
    return this.all.length > 0;
  }
}
