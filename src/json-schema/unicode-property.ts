/** General categories by their long names, with the short ones that RE2 knows. */
const CATEGORIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Letter: "L",
    Uppercase_Letter: "Lu",
    Lowercase_Letter: "Ll",
    Titlecase_Letter: "Lt",
    Modifier_Letter: "Lm",
    Other_Letter: "Lo",
    Mark: "M",
    Combining_Mark: "M",
    Nonspacing_Mark: "Mn",
    Spacing_Mark: "Mc",
    Enclosing_Mark: "Me",
    Number: "N",
    Decimal_Number: "Nd",
    digit: "Nd",
    Letter_Number: "Nl",
    Other_Number: "No",
    Punctuation: "P",
    punct: "P",
    Connector_Punctuation: "Pc",
    Dash_Punctuation: "Pd",
    Open_Punctuation: "Ps",
    Close_Punctuation: "Pe",
    Initial_Punctuation: "Pi",
    Final_Punctuation: "Pf",
    Other_Punctuation: "Po",
    Symbol: "S",
    Math_Symbol: "Sm",
    Currency_Symbol: "Sc",
    Modifier_Symbol: "Sk",
    Other_Symbol: "So",
    Separator: "Z",
    Space_Separator: "Zs",
    Line_Separator: "Zl",
    Paragraph_Separator: "Zp",
    Control: "Cc",
    cntrl: "Cc",
    Format: "Cf",
    Private_Use: "Co",
  }),
);
const SHORT_CATEGORIES: ReadonlySet<string> = new Set(CATEGORIES.values());

const PROPERTY = /^([pP])\{(?:(gc|General_Category|sc|Script)=)?(\w+)\}/;

/** A property escape as it was read; `source` is `undefined` where RE2 has no such property. */
export interface PropertyEscape {
  readonly length: number;
  readonly name: string;
  readonly source: string | undefined;
}

/** Reads `p{Letter}`, `P{gc=Lu}` or `p{Script=Greek}`, the backslash excepted, and writes it as RE2 does. */
export function readProperty(text: string): PropertyEscape | undefined {
  const found = PROPERTY.exec(text);
  if (found === null) return undefined;
  const [whole, sign = "", kind = "", name = ""] = found;
  const category = SHORT_CATEGORIES.has(name) ? name : CATEGORIES.get(name);
  const known = /^s/i.test(kind) ? name : category;
  return { length: whole.length, name, source: known === undefined ? undefined : `\\${sign}{${known}}` };
}
