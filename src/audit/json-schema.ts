import schema from "./audit.schema.json" with { type: "json" };

/**
 * The JSON Schema of an audit event as a line of JSON, draft 2020-12, version 1: for those who read records by program. The
 * same as the file `callgate/audit.schema.json`.
 */
export const auditJsonSchema: { readonly [keyword: string]: unknown } = schema;
