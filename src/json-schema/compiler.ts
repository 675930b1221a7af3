import { compileLinearRegex, type LinearRegex } from "../internal/linear-regex.js";
import { jsonPointer } from "../internal/pointer.js";
import { MAX_PATTERN_INSTRUCTIONS, MAX_PATTERN_TEXT, MAX_PATTERNS, MAX_REFERENCES } from "./caps.js";
import { forbidden, targetOf, together } from "./checks.js";
import type { Dialect } from "./dialect.js";
import type { Resource, SchemaDocument, SchemaNode } from "./document.js";
import { translatePattern } from "./ecma-pattern.js";
import type { Check, JsonRecord, ReferenceTarget, Site, Subschema } from "./keyword.js";

const UNEVALUATED = ["unevaluatedItems", "unevaluatedProperties"];

/** Gives every schema of a document its check. */
export class Compiler {
  readonly #document: SchemaDocument;
  readonly #dialect: Dialect;
  readonly #regexes = new Map<string, LinearRegex>();
  #instructions = 0;
  #patternText = 0;
  #references = 0;

  constructor(document: SchemaDocument, dialect: Dialect) {
    this.#document = document;
    this.#dialect = dialect;
  }

  compile(): void {
    for (const node of this.#document.nodes.values()) node.judge = this.#node(node);
  }

  #node(node: SchemaNode): Check {
    const { schema, resource, path } = node;
    if (typeof schema === "boolean") return schema ? () => true : forbidden(path);
    const replaced = this.#dialect.isReplaced(schema);
    const checks: Check[] = [];
    for (const [keyword, { shape, compile }] of this.#dialect.keywords) {
      if (!Object.hasOwn(schema, keyword) || compile === undefined || !shape.accepts(schema[keyword])) continue;
      if (replaced && keyword !== "$ref") continue;
      const check = compile(this.#site(node, schema, keyword));
      if (check !== undefined) checks.push(check);
    }
    const opens = resource.path.length === path.length;
    return together(
      checks,
      opens ? resource : undefined,
      UNEVALUATED.some((name) => Object.hasOwn(schema, name)),
    );
  }

  #site(node: SchemaNode, schema: JsonRecord, keyword: string): Site {
    const path = [...node.path, keyword];
    return {
      keyword,
      value: schema[keyword],
      schema,
      child: (...keys) => this.#child([...path, ...keys]),
      sibling: (name) => (Object.hasOwn(schema, name) ? this.#child([...node.path, name]) : undefined),
      beside: (name) => (this.#dialect.keywords.get(name)?.shape.accepts(schema[name]) ? schema[name] : undefined),
      regex: (pattern, ...keys) => this.#regex(pattern, [...path, ...keys]),
      compiled: (pattern) => this.#regexes.get(pattern),
      target: (reference) => this.#target(reference, node.resource, path),
      refuse: (message, help) => this.#document.refuse(path, message, help === undefined ? {} : { help }),
    };
  }

  /** Where no schema is, that is reported already, and nothing will be judged. */
  #child(path: SchemaNode["path"]): Subschema {
    return this.#document.nodes.get(jsonPointer(path)) ?? { judge: forbidden(path) };
  }

  #regex(pattern: string, path: SchemaNode["path"]): LinearRegex | undefined {
    const known = this.#regexes.get(pattern);
    if (known !== undefined) return known;
    if (this.#regexes.size === MAX_PATTERNS || this.#instructions > MAX_PATTERN_INSTRUCTIONS) {
      this.#document.refuse(path, `more than ${MAX_PATTERNS} patterns, or ${MAX_PATTERN_INSTRUCTIONS} instructions`);
      return undefined;
    }
    this.#patternText += pattern.length;
    if (this.#patternText > MAX_PATTERN_TEXT) {
      this.#document.refuse(path, `more than ${MAX_PATTERN_TEXT} characters of patterns`);
      return undefined;
    }
    const translated = translatePattern(pattern);
    const compiled = translated.ok ? compileLinearRegex(translated.source) : translated;
    if (!compiled.ok) {
      this.#document.refuse(path, `not a pattern of linear time: ${compiled.message}`);
      return undefined;
    }
    this.#instructions += compiled.regex.size;
    this.#regexes.set(pattern, compiled.regex);
    return compiled.regex;
  }

  #target(reference: string, from: Resource, path: SchemaNode["path"]): ReferenceTarget | undefined {
    if (++this.#references > MAX_REFERENCES) {
      if (this.#references === MAX_REFERENCES + 1)
        this.#document.refuse(path, `more than ${MAX_REFERENCES} references`);
      return undefined;
    }
    const found = this.#document.find(reference, from);
    if (typeof found !== "string") return targetOf(found, reference);
    this.#document.refuse(path, found);
    return undefined;
  }
}
