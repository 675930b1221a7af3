import { escapeSegment } from "../internal/pointer.js";
import { ownValue } from "./tool.js";

/** One argument of a tool, wherever in its input schema it stands. */
export interface SchemaProperty {
  readonly name: string;
  /** JSON Pointer into the tool's definition. */
  readonly pointer: string;
  /** Names from the arguments down to this one; `undefined` below an array or a combination. */
  readonly path: readonly string[] | undefined;
  readonly schema: unknown;
  /** Whether a call must have it. */
  readonly required: boolean;
}

/** The arguments that were found, and whether there were more than are read. */
export interface SchemaProperties {
  readonly properties: readonly SchemaProperty[];
  readonly complete: boolean;
}

/** The most subschemas of one input schema that are visited, and how deep. */
export const MAX_SCHEMAS = 1_000;
const MAX_DEPTH = 32;

interface Place {
  readonly schema: unknown;
  readonly pointer: string;
  readonly path: readonly string[] | undefined;
  readonly required: boolean;
  readonly depth: number;
}

/** Keywords that hold one schema, and those that hold several. */
const ONE: readonly string[] = ["items", "additionalProperties", "contains", "if", "then", "else"];
const SEVERAL: readonly string[] = [
  "anyOf",
  "oneOf",
  "allOf",
  "prefixItems",
  "items",
  "$defs",
  "definitions",
  "patternProperties",
  "dependentSchemas",
];

/** The arguments that an input schema names, breadth first: the outermost are read even of a schema without end. */
export function schemaProperties(inputSchema: unknown): SchemaProperties {
  const properties: SchemaProperty[] = [];
  const queue: Place[] = [{ schema: inputSchema, pointer: "/inputSchema", path: [], required: true, depth: 0 }];
  for (let visited = 0; visited < queue.length; visited++) {
    const place = queue[visited];
    if (place === undefined) break;
    if (place.depth === MAX_DEPTH) return { properties, complete: false };
    const names = requiredNames(place);
    for (const [name, schema] of members(ownValue(place.schema, "properties"))) {
      if (queue.length >= MAX_SCHEMAS) return { properties, complete: false };
      const pointer = `${place.pointer}/properties/${escapeSegment(name)}`;
      const path = place.path === undefined ? undefined : [...place.path, name];
      const required = names.has(name);
      properties.push({ name, pointer, path, schema, required });
      queue.push({ schema, pointer, path, required, depth: place.depth + 1 });
    }
    for (const below of inner(place)) {
      if (queue.length >= MAX_SCHEMAS) return { properties, complete: false };
      queue.push(below);
    }
  }
  return { properties, complete: true };
}

function requiredNames(place: Place): ReadonlySet<unknown> {
  const names = ownValue(place.schema, "required");
  return new Set(place.required && Array.isArray(names) ? names.slice(0, MAX_SCHEMAS) : []);
}

function inner(place: Place): readonly Place[] {
  const single = ONE.flatMap((key) => {
    const schema = ownValue(place.schema, key);
    return schema === null || typeof schema !== "object" || Array.isArray(schema)
      ? []
      : [{ schema, pointer: `${place.pointer}/${key}`, path: undefined, required: false, depth: place.depth + 1 }];
  });
  const several = SEVERAL.flatMap((key) => {
    const held = ownValue(place.schema, key);
    // `items` is a list in older dialects; where it is one schema, its members are keywords.
    if (key === "items" && !Array.isArray(held)) return [];
    return members(held).map(([member, schema]) => ({
      schema,
      pointer: `${place.pointer}/${key}/${escapeSegment(member)}`,
      path: undefined,
      required: false,
      depth: place.depth + 1,
    }));
  });
  return [...single, ...several];
}

/** The own members of an object or an array, one more than are ever read at the most. */
function members(value: unknown): readonly (readonly [string, unknown])[] {
  if (value === null || typeof value !== "object") return [];
  try {
    const keys = Object.keys(value).slice(0, MAX_SCHEMAS + 1);
    return keys.map((key) => [key, ownValue(value, key)] as const);
  } catch {
    return [];
  }
}
