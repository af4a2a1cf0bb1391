import { type CstNode, DefaultValueConverter, type GrammarAST, type ValueType } from "langium";

/** Strings are paths: what stands between the quotes, with no escapes, so that backslashes are safe. */
export class DiagValueConverter extends DefaultValueConverter {
  protected override runConverter(rule: GrammarAST.AbstractRule, input: string, cst: CstNode): ValueType {
    switch (rule.name) {
      case "STRING":
        return input.replace(/^"|"$/g, "");
      case "NUMBER":
      case "ID":
        return input;
      default:
        return super.runConverter(rule, input, cst);
    }
  }
}
