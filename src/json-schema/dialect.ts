import type { JsonRecord, Keyword } from "./keyword.js";
import { ANNOTATIONS, EVERYWHERE, IN_2020_12, IN_DRAFT_07 } from "./keywords/table.js";

/** A name that a schema gives itself. */
interface Anchor {
  readonly keyword: string;
  readonly anchor: string;
  readonly isDynamic: boolean;
}

/** A version of JSON Schema. */
export interface Dialect {
  readonly name: string;
  /** In the order in which they judge. */
  readonly keywords: ReadonlyMap<string, Keyword>;
  /** Whether a reference takes the place of everything that stands beside it. */
  isReplaced(schema: JsonRecord): boolean;
  /** Whether an identifier may be an anchor. */
  readonly anchorsInId: boolean;
  anchors(schema: JsonRecord): readonly Anchor[];
}

const ANCHOR_KEYWORDS = [
  ["$anchor", false],
  ["$dynamicAnchor", true],
] as const;

const DRAFT_2020_12: Dialect = {
  name: "2020-12",
  keywords: new Map(Object.entries({ ...EVERYWHERE, ...ANNOTATIONS, ...IN_2020_12 })),
  isReplaced: () => false,
  anchorsInId: false,
  anchors: (schema) =>
    ANCHOR_KEYWORDS.flatMap(([keyword, isDynamic]) => {
      const anchor = schema[keyword];
      return typeof anchor === "string" ? [{ keyword, anchor, isDynamic }] : [];
    }),
};

const DRAFT_07: Dialect = {
  name: "draft-07",
  keywords: new Map(Object.entries({ ...EVERYWHERE, ...ANNOTATIONS, ...IN_DRAFT_07 })),
  isReplaced: (schema) => Object.hasOwn(schema, "$ref"),
  anchorsInId: true,
  anchors: (schema) => {
    const { $id } = schema;
    if (typeof $id !== "string" || DRAFT_07.isReplaced(schema)) return [];
    const at = $id.indexOf("#");
    return at === -1 || at === $id.length - 1 ? [] : [{ keyword: "$id", anchor: $id.slice(at + 1), isDynamic: false }];
  },
};

const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  ["https://json-schema.org/draft/2020-12/schema", DRAFT_2020_12],
  ["http://json-schema.org/draft-07/schema", DRAFT_07],
  ["https://json-schema.org/draft-07/schema", DRAFT_07],
]);

/** The dialect that `$schema` names: 2020-12 where it names none, `undefined` where it names one that is not known. */
export function dialectOf(name: unknown): Dialect | undefined {
  if (name === undefined) return DRAFT_2020_12;
  return typeof name === "string" ? DIALECTS.get(name.replace(/#$/, "")) : undefined;
}
