/** What one schema may hold. Schemas come from servers too, so each is judged before anything is made of it. */
export const MAX_SCHEMA_VALUES = 10_000;
export const MAX_SCHEMA_DEPTH = 64;
export const MAX_REFERENCES = 1_000;
export const MAX_PATTERNS = 200;
/** Characters of all patterns together: reading one takes time in its length, even one that is refused. */
export const MAX_PATTERN_TEXT = 100_000;
/** Instructions of all compiled patterns together. */
export const MAX_PATTERN_INSTRUCTIONS = 20_000;
/** Problems of one schema that are reported. */
export const MAX_SCHEMA_FAULTS = 100;

/**
 * What judging one call may cost. A step is one schema at one value, or a comparable piece of work: 0.1 to 0.4
 * microseconds, so this bounds a call to 40 ms, matching patterns excepted.
 */
export const MAX_STEPS = 100_000;
/** How deep schemas may apply schemas, following references, down through the value. */
export const MAX_NESTING = 512;
/** Offending arguments that are reported. */
export const MAX_FAULTS = 32;
