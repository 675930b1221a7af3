import type { Keyword } from "../keyword.js";
import {
  anything,
  count,
  flag,
  list,
  names,
  namesByName,
  number,
  positive,
  schema,
  schemaByName,
  schemaOrNamesByName,
  schemaOrSchemas,
  schemas,
  text,
} from "../shapes.js";
import { constant, enumeration, type, typeNames } from "./any.js";
import {
  contains,
  items,
  itemsOfDraft07,
  maxItems,
  minItems,
  prefixItems,
  unevaluatedItems,
  uniqueItems,
} from "./array.js";
import { allOf, anyOf, conditional, not, oneOf } from "./logic.js";
import { exclusiveMaximum, exclusiveMinimum, maximum, minimum, multipleOf } from "./number.js";
import {
  additionalProperties,
  dependencies,
  dependentRequired,
  dependentSchemas,
  maxProperties,
  minProperties,
  patternProperties,
  properties,
  propertyNames,
  required,
  unevaluatedProperties,
} from "./object.js";
import { dynamicReference, reference, vocabulary } from "./reference.js";
import { maxLength, minLength, pattern } from "./string.js";

type Keywords = Readonly<Record<string, Keyword>>;

/** In both dialects, in the order in which they judge. */
export const EVERYWHERE: Keywords = {
  $schema: { shape: text },
  $id: { shape: text },
  $ref: { shape: text, compile: reference },
  $defs: { shape: schemaByName },
  definitions: { shape: schemaByName },
  type: { shape: typeNames, compile: type },
  const: { shape: anything, compile: constant },
  enum: { shape: list, compile: enumeration },
  minimum: { shape: number, compile: minimum },
  maximum: { shape: number, compile: maximum },
  exclusiveMinimum: { shape: number, compile: exclusiveMinimum },
  exclusiveMaximum: { shape: number, compile: exclusiveMaximum },
  multipleOf: { shape: positive, compile: multipleOf },
  minLength: { shape: count, compile: minLength },
  maxLength: { shape: count, compile: maxLength },
  pattern: { shape: text, compile: pattern },
  minItems: { shape: count, compile: minItems },
  maxItems: { shape: count, compile: maxItems },
  uniqueItems: { shape: flag, compile: uniqueItems },
  contains: { shape: schema, compile: contains },
  required: { shape: names, compile: required },
  minProperties: { shape: count, compile: minProperties },
  maxProperties: { shape: count, compile: maxProperties },
  propertyNames: { shape: schema, compile: propertyNames },
  properties: { shape: schemaByName, compile: properties },
  patternProperties: { shape: schemaByName, compile: patternProperties },
  additionalProperties: { shape: schema, compile: additionalProperties },
  allOf: { shape: schemas, compile: allOf },
  anyOf: { shape: schemas, compile: anyOf },
  oneOf: { shape: schemas, compile: oneOf },
  not: { shape: schema, compile: not },
  if: { shape: schema, compile: conditional },
  // Read by `if`, without which they ask for nothing.
  // biome-ignore lint/suspicious/noThenProperty: the name of a keyword
  then: { shape: schema },
  else: { shape: schema },
};

/** They describe, and ask for nothing. */
export const ANNOTATIONS: Keywords = {
  title: { shape: text },
  description: { shape: text },
  default: { shape: anything },
  examples: { shape: list },
  readOnly: { shape: flag },
  writeOnly: { shape: flag },
  $comment: { shape: text },
  format: { shape: text },
  contentMediaType: { shape: text },
  contentEncoding: { shape: text },
};

/** Those that judge what is not evaluated come last. */
export const IN_2020_12: Keywords = {
  $vocabulary: { shape: anything, compile: vocabulary },
  $anchor: { shape: text },
  $dynamicAnchor: { shape: text },
  $dynamicRef: { shape: text, compile: dynamicReference },
  deprecated: { shape: flag },
  contentSchema: { shape: schema },
  // Read by `contains`, without which they ask for nothing.
  minContains: { shape: count },
  maxContains: { shape: count },
  prefixItems: { shape: schemas, compile: prefixItems },
  items: { shape: schema, compile: items },
  dependentRequired: { shape: namesByName, compile: dependentRequired },
  dependentSchemas: { shape: schemaByName, compile: dependentSchemas },
  unevaluatedItems: { shape: schema, compile: unevaluatedItems },
  unevaluatedProperties: { shape: schema, compile: unevaluatedProperties },
};

export const IN_DRAFT_07: Keywords = {
  items: { shape: schemaOrSchemas, compile: itemsOfDraft07 },
  // Read by `items`, without which it asks for nothing.
  additionalItems: { shape: schema },
  dependencies: { shape: schemaOrNamesByName, compile: dependencies },
};
