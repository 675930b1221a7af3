import { isWithin, pathFault } from "../internal/absolute-path.js";
import { type HostPattern, isEncodedName, matchesHost, urlHost } from "../internal/host.js";
import { type LinearRegex, MAX_REGEX_TEXT } from "../internal/linear-regex.js";
import type { Environment } from "./environment.js";
import { isComparable, jsonEquals } from "./equality.js";
import { isExact, type JsonType, jsonType } from "./json-type.js";
import { ERROR, FALSE, not, TRUE, type Verdict } from "./verdict.js";

/** Judges one present value. No operator coerces: a value of another type than the operand's is an error. */
export type Test = (value: unknown, environment: Environment) => Verdict;

export function equals(operand: unknown): Test {
  const type = jsonType(operand);
  if (type === "number") {
    return (value) => (typeof value === "number" && isExact(value) ? truth(value === operand) : ERROR);
  }
  if (type === "string" || type === "boolean") {
    return (value) => (typeof value === typeof operand ? truth(value === operand) : ERROR);
  }
  return (value) => (jsonType(value) === type ? jsonEquals(value, operand) : ERROR);
}

export function isIn(list: readonly unknown[]): Test {
  const types = new Set<JsonType | undefined>(list.map(jsonType));
  const scalars = new Set(list.filter((item) => item === null || typeof item !== "object"));
  const structures = list.filter((item) => item !== null && typeof item === "object");
  return (value) => {
    if (!types.has(jsonType(value)) || !isComparable(value)) return ERROR;
    if (value === null || typeof value !== "object") return truth(scalars.has(value));
    return truth(structures.some((item) => jsonEquals(value, item) === TRUE));
  };
}

export function compares(holds: (value: number) => boolean): Test {
  return (value) => (typeof value === "number" && isExact(value) ? truth(holds(value)) : ERROR);
}

/** Substring of a string, or element of an array. An element that is not of the operand's type cannot be compared. */
export function contains(operand: unknown): Test {
  const same = equals(operand);
  return (value, environment) => {
    if (typeof value === "string") return typeof operand === "string" ? truth(value.includes(operand)) : ERROR;
    if (!Array.isArray(value) || !isComparable(value)) return ERROR;
    return anyOf(value, (element) => same(element, environment));
  };
}

export function matches(regex: LinearRegex): Test {
  return (value, environment) => {
    const { work } = environment;
    if (typeof value !== "string" || value.length > MAX_REGEX_TEXT || work === "too_much") return ERROR;
    return truth(work === "light" ? regex.test(value) : regex.testSteadily(value));
  };
}

/** A canonical absolute path that is one of the directories, or below one. Any other form cannot be judged. */
export function isPathWithin(directories: readonly string[]): Test {
  return (value) => {
    if (typeof value !== "string" || value.length > MAX_REGEX_TEXT || pathFault(value) !== undefined) return ERROR;
    return truth(directories.some((directory) => isWithin(value, directory)));
  };
}

/** A http or https URL to one of the hosts. What is no such URL, or can be read as another, cannot be judged. */
export function isHostIn(hosts: readonly HostPattern[]): Test {
  return (value) => {
    const target = typeof value === "string" && value.length <= MAX_REGEX_TEXT ? urlHost(value) : undefined;
    if (target === undefined) return ERROR;
    const matching = hosts.filter((pattern) => matchesHost(target, pattern));
    // A host in Punycode must be named; that it is below a host says too little.
    if (isEncodedName(target.host) && !matching.some(({ host }) => isEncodedName(host))) return ERROR;
    return truth(matching.length > 0);
  };
}

export function negated(test: Test): Test {
  return (value, environment) => not(test(value, environment));
}

/** True when one element is true; otherwise an error when one is an error. */
export function anyOf(elements: readonly unknown[], judge: (element: unknown) => Verdict): Verdict {
  let verdict: Verdict = FALSE;
  for (const element of elements) {
    const said = judge(element);
    if (said === TRUE) return TRUE;
    if (said === ERROR) verdict = ERROR;
  }
  return verdict;
}

/** False when one element is false, or there is none; otherwise an error when one is an error. */
export function allOf(elements: readonly unknown[], judge: (element: unknown) => Verdict): Verdict {
  let verdict: Verdict = elements.length === 0 ? FALSE : TRUE;
  for (const element of elements) {
    const said = judge(element);
    if (said === FALSE) return FALSE;
    if (said === ERROR) verdict = ERROR;
  }
  return verdict;
}

function truth(value: boolean): Verdict {
  return value ? TRUE : FALSE;
}
