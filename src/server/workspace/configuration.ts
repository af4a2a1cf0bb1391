import { type ConfigurationInitializedParams, DefaultConfigurationProvider } from "langium";
import type { LangiumSharedServices } from "langium/lsp";
import { faultInWords } from "../../language/faults.js";
import { isFields } from "../../shape/index.js";
import { strangeSettings } from "../strange-settings.js";

/** Milliseconds in which an editor says its settings: until it does, the usual ones count. */
const longestWait = 2000;

/** The settings of the editor. One that is asked for them and does not say, or refuses, is served all the same. */
export class EditorConfiguration extends DefaultConfigurationProvider {
  /** Lines of the log, each of which is said once. */
  private readonly told = new Set<string>();

  constructor(private readonly services: LangiumSharedServices) {
    super(services);
  }

  override initialized(params: ConfigurationInitializedParams): Promise<void> {
    const { fetchConfiguration } = params;
    return super.initialized(
      fetchConfiguration
        ? { ...params, fetchConfiguration: (items) => this.soon(fetchConfiguration(items), items) }
        : params,
    );
  }

  /** What an editor answers soon; what it answers later is taken up then. */
  private soon(
    answer: Promise<unknown>,
    sections: readonly { readonly section?: string }[],
  ): Promise<readonly unknown[]> {
    return new Promise((resolve) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        resolve([]);
      }, longestWait);
      answer
        .then((given) => {
          const values: readonly unknown[] = Array.isArray(given) ? given : [];
          if (isLate) {
            const settings = Object.fromEntries(sections.map(({ section }, at) => [section, values[at]]));
            this.updateConfiguration({ settings });
          }
          resolve(values);
        })
        .catch((refusal: unknown) => {
          this.warn(
            `the editor was asked for its settings and answered "${faultInWords(refusal)}"; the usual ones count`,
          );
          resolve([]);
        })
        .finally(() => clearTimeout(timer));
    });
  }

  protected override updateSectionConfiguration(section: string, configuration: unknown): void {
    // Of what was not said, what was said before stays; other sections are not ours.
    if (configuration === undefined || section !== "diag") {
      return;
    }
    for (const line of strangeSettings(configuration)) {
      this.warn(line);
    }
    super.updateSectionConfiguration(section, isFields(configuration) ? configuration : undefined);
  }

  private warn(line: string): void {
    if (!this.told.has(line)) {
      this.told.add(line);
      this.services.lsp.Connection?.console.warn(line);
    }
  }
}
