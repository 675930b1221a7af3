import { isRecord, type Shape } from "./keyword.js";

const isSchema = (value: unknown): boolean => typeof value === "boolean" || isRecord(value);
const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isNames = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isList = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isSchema);
const elements = (value: unknown): readonly number[][] => (value as readonly unknown[]).map((_, index) => [index]);
const members = (value: unknown): readonly string[][] => Object.keys(value as object).map((key) => [key]);

export const anything: Shape = { expected: "anything", accepts: () => true };
export const text: Shape = { expected: "a string", accepts: isText };
export const flag: Shape = { expected: "true or false", accepts: (value) => typeof value === "boolean" };
export const number: Shape = { expected: "a number", accepts: isNumber };
export const positive: Shape = {
  expected: "a number above 0",
  accepts: (value) => isNumber(value) && Number(value) > 0,
};
export const count: Shape = {
  expected: "a whole number from 0",
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
export const list: Shape = { expected: "a list", accepts: Array.isArray };
export const names: Shape = { expected: "a list of strings", accepts: isNames };
export const namesByName: Shape = {
  expected: "an object with lists of strings",
  accepts: (value) => isRecord(value) && Object.values(value).every(isNames),
};

export const schema: Shape = { expected: "a schema: an object, true or false", accepts: isSchema, schemas: () => [[]] };
export const schemas: Shape = { expected: "a list of schemas that is not empty", accepts: isList, schemas: elements };
export const schemaByName: Shape = {
  expected: "an object with schemas",
  accepts: (value) => isRecord(value) && Object.values(value).every(isSchema),
  schemas: members,
};

/** Of draft-07: one schema for every element, or one for each of the first. */
export const schemaOrSchemas: Shape = {
  expected: "a schema or a list of schemas",
  accepts: (value) => isSchema(value) || (Array.isArray(value) && value.every(isSchema)),
  schemas: (value) => (Array.isArray(value) ? elements(value) : [[]]),
};

/** Of draft-07: for each name a schema, or the names that must be there too. */
export const schemaOrNamesByName: Shape = {
  expected: "an object with schemas or lists of strings",
  accepts: (value) => isRecord(value) && Object.values(value).every((part) => isSchema(part) || isNames(part)),
  schemas: (value) => members(value).filter(([key]) => !Array.isArray(Reflect.get(value as object, key as string))),
};
