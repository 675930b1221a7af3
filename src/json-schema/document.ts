import { nearest } from "../internal/nearest.js";
import { jsonPointer } from "../internal/pointer.js";
import { quote } from "../internal/quote.js";
import { MAX_SCHEMA_FAULTS } from "./caps.js";
import { type Dialect, dialectOf } from "./dialect.js";
import { isRecord, type JsonRecord, type Keyword, type Subschema } from "./keyword.js";
import { NOWHERE, resolveUri, splitReference } from "./uri.js";
import type { SchemaFault, SchemaOptions } from "./validator.js";

type Path = readonly (string | number)[];

/** A schema with an identifier of its own, and all the schemas in it that have none. */
export interface Resource {
  readonly uri: string;
  readonly path: Path;
  readonly anchors: Map<string, SchemaNode>;
  /** Those of the anchors that are dynamic. */
  readonly dynamic: Map<string, SchemaNode>;
}

/** One schema of the document, where it stands. */
export interface SchemaNode extends Subschema {
  readonly path: Path;
  readonly schema: JsonRecord | boolean;
  readonly resource: Resource;
}

/** All schemas of one document, by place, identifier and anchor; and everything wrong with where and what they are. */
export class SchemaDocument {
  readonly nodes: Map<string, SchemaNode> = new Map();
  readonly faults: SchemaFault[] = [];
  readonly #resources = new Map<string, Resource>();
  readonly #dialect: Dialect;
  readonly #options: SchemaOptions;

  constructor(root: unknown, dialect: Dialect, options: SchemaOptions) {
    this.#dialect = dialect;
    this.#options = options;
    this.#read(root, [], this.#open(NOWHERE, []));
  }

  /** The schema that a reference leads to, seen from `from`; or why there is none. */
  find(reference: string, from: Resource): SchemaNode | string {
    const { uri, fragment } = splitReference(reference);
    const resource = uri === "" ? from : this.#resources.get(resolveUri(uri, from.uri) ?? "");
    if (resource === undefined) {
      return `${quote(reference)} leads out of this schema: nothing is fetched, and no meta-schema is built in`;
    }
    const place = jsonPointer(resource.path) + fragment;
    const found = fragment === "" || fragment?.startsWith("/") ? this.nodes.get(place) : undefined;
    return found ?? resource.anchors.get(fragment ?? "") ?? `${quote(reference)} leads to no schema`;
  }

  refuse(path: Path, message: string, more: Pick<SchemaFault, "help" | "atKey"> = {}): void {
    if (this.faults.length < MAX_SCHEMA_FAULTS) this.faults.push({ path, message, ...more });
  }

  #read(schema: unknown, path: Path, outer: Resource): void {
    // What has not the shape of a schema is reported with the keyword that it stands in.
    if (typeof schema !== "boolean" && !isRecord(schema)) return;
    const resource = isRecord(schema) ? this.#enter(schema, path, outer) : outer;
    const node: SchemaNode = { path, schema, resource, judge: NOT_COMPILED };
    this.nodes.set(jsonPointer(path), node);
    if (!isRecord(schema)) return;
    this.#name(node, schema);
    if (Object.hasOwn(schema, "$schema") && dialectOf(schema.$schema) !== this.#dialect) {
      this.refuse([...path, "$schema"], "another dialect than that of the whole schema");
    }
    for (const key of Object.keys(schema)) {
      const keyword = this.#dialect.keywords.get(key);
      if (keyword === undefined) this.#refuseUnknown(key, [...path, key]);
      else this.#readKeyword(keyword, schema[key], [...path, key], resource);
    }
  }

  #readKeyword({ shape }: Keyword, value: unknown, path: Path, resource: Resource): void {
    if (!shape.accepts(value)) this.refuse(path, `expected ${shape.expected}`);
    else this.#readEach(shape.schemas?.(value) ?? [], value, path, resource);
  }

  #readEach(places: readonly Path[], value: unknown, path: Path, resource: Resource): void {
    for (const keys of places) {
      this.#read(at(value, keys), [...path, ...keys], resource);
    }
  }

  #refuseUnknown(key: string, path: Path): void {
    if (this.#options.unknownKeywords === "annotate") return;
    const { keywords, name } = this.#dialect;
    const near = nearest(key, keywords.keys());
    const help = near === undefined ? {} : { help: `did you mean \`${near}\`?` };
    this.refuse(path, `unknown keyword ${quote(key)} in JSON Schema ${name}`, { atKey: true, ...help });
  }

  /** The resource that a schema opens by its identifier, or the one that it stands in. */
  #enter(schema: JsonRecord, path: Path, outer: Resource): Resource {
    const { $id } = schema;
    if (typeof $id !== "string" || this.#dialect.isReplaced(schema)) return outer;
    const { uri, fragment } = splitReference($id);
    if (fragment !== "" && !this.#dialect.anchorsInId) {
      this.refuse([...path, "$id"], "an identifier has no fragment");
      return outer;
    }
    if (uri === "") return outer;
    const absolute = resolveUri(uri, outer.uri);
    if (absolute !== undefined) return this.#open(absolute, path);
    this.refuse([...path, "$id"], `${quote($id)} is no identifier here`);
    return outer;
  }

  #open(uri: string, path: Path): Resource {
    if (this.#resources.has(uri))
      this.refuse([...path, "$id"], `${quote(uri)} is the identifier of another schema too`);
    const resource: Resource = { uri, path, anchors: new Map(), dynamic: new Map() };
    this.#resources.set(uri, resource);
    return resource;
  }

  #name(node: SchemaNode, schema: JsonRecord): void {
    const { anchors, dynamic } = node.resource;
    for (const { keyword, anchor, isDynamic } of this.#dialect.anchors(schema)) {
      if (anchors.has(anchor)) {
        this.refuse([...node.path, keyword], `${quote(anchor)} is the anchor of another schema too`);
      }
      anchors.set(anchor, node);
      if (isDynamic) dynamic.set(anchor, node);
    }
  }
}

const NOT_COMPILED = (): never => {
  throw new TypeError("a schema that is not compiled");
};

function at(value: unknown, keys: Path): unknown {
  return keys.reduce<unknown>((current, key) => Reflect.get(current as object, key), value);
}
