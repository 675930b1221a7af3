import type { Finding, Segments } from "./finding.js";

/** Sorts findings by where their places stand in the document; what is found of one place keeps its order. */
export function inDocumentOrder(findings: readonly Finding[], document: object): Finding[] {
  const indexes = new Map<object, ReadonlyMap<string, number>>();
  const indexIn = (holder: object, key: string): number => {
    const known = indexes.get(holder) ?? new Map(Object.keys(holder).map((name, index) => [name, index]));
    indexes.set(holder, known);
    return known.get(key) ?? -1;
  };
  const placed = findings.map((finding) => ({ finding, place: placeOf(finding.path, document, indexIn) }));
  return placed.sort((a, b) => compare(a.place, b.place)).map(({ finding }) => finding);
}

/** Where a place stands: the index of each of its keys among the keys beside it. */
function placeOf(path: Segments, document: object, indexIn: (holder: object, key: string) => number): number[] {
  const place: number[] = [];
  let current: unknown = document;
  for (const segment of path) {
    if (current === null || typeof current !== "object") break;
    place.push(indexIn(current, String(segment)));
    current = Reflect.get(current, segment);
  }
  return place;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((index, depth) => index !== b[depth]);
  if (differing === -1) return a.length - b.length;
  return (a[differing] ?? -1) - (b[differing] ?? -1);
}
