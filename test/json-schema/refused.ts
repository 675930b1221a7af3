import type { Draft } from "./suite.js";

/** Why a schema of the official suite is refused by design. Nothing is refused for any other reason. */
export type RefusalReason = "remote reference" | "reference to a meta-schema" | "custom meta-schema";

/** Every group of the official suite whose schema is refused, literally. */
export const REFUSED: Readonly<Record<Draft, Readonly<Record<RefusalReason, readonly string[]>>>> = {
  "draft2020-12": {
    "remote reference": [
      "dynamicRef: strict-tree schema, guards against misspelled properties",
      "dynamicRef: tests for implementation dynamic anchor and reference link",
      "dynamicRef: $ref and $dynamicAnchor are independent of order - $defs first",
      "dynamicRef: $ref and $dynamicAnchor are independent of order - $ref first",
      "dynamicRef: $ref to $dynamicRef finds detached $dynamicAnchor",
      "refRemote: remote ref",
      "refRemote: fragment within remote ref",
      "refRemote: anchor within remote ref",
      "refRemote: ref within remote ref",
      "refRemote: base URI change",
      "refRemote: base URI change - change folder",
      "refRemote: base URI change - change folder in subschema",
      "refRemote: root ref in remote ref",
      "refRemote: remote ref with ref to defs",
      "refRemote: Location-independent identifier in remote ref",
      "refRemote: retrieved nested refs resolve relative to their URI not $id",
      "refRemote: remote HTTP ref with different $id",
      "refRemote: remote HTTP ref with different URN $id",
      "refRemote: remote HTTP ref with nested absolute ref",
      "refRemote: $ref to $ref finds detached $anchor",
    ],
    "reference to a meta-schema": [
      "defs: validate definition against metaschema",
      "ref: remote ref, containing refs itself",
    ],
    "custom meta-schema": [
      "vocabulary: schema that uses custom metaschema with with no validation vocabulary",
      "vocabulary: ignore unrecognized optional vocabulary",
    ],
  },
  draft7: {
    "remote reference": [
      "refRemote: remote ref",
      "refRemote: fragment within remote ref",
      "refRemote: ref within remote ref",
      "refRemote: base URI change",
      "refRemote: base URI change - change folder",
      "refRemote: base URI change - change folder in subschema",
      "refRemote: root ref in remote ref",
      "refRemote: remote ref with ref to definitions",
      "refRemote: Location-independent identifier in remote ref",
      "refRemote: retrieved nested refs resolve relative to their URI not $id",
      "refRemote: $ref to $ref finds location-independent $id",
    ],
    "reference to a meta-schema": [
      "definitions: validate definition against metaschema",
      "ref: remote ref, containing refs itself",
    ],
    "custom meta-schema": [],
  },
};
