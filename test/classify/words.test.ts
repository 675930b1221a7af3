import { describe, expect, test } from "vitest";
import { LAST_NOUNS } from "../../src/classify/nouns.ts";
import { NOUNS_AS_WELL, NOUNS_INSIDE, THINGS_AT_THE_END, VERBS } from "../../src/classify/verbs.ts";
import { rootsOf, splitWords, withoutPerson } from "../../src/classify/words.ts";

const list = (table: string): string[] => table.split(/\s+/).filter((word) => word !== "");
const twice = (words: readonly string[]): string[] => words.filter((word, index) => words.indexOf(word) !== index);
const verbs = Object.values(VERBS).flatMap(list);

describe("the words of a name", () => {
  test.each([
    ["createJiraIssue", ["create", "jira", "issue"]],
    ["create_jira_issue", ["create", "jira", "issue"]],
    ["Jira.issue-create/v2", ["jira", "issue", "create", "v2"]],
    ["getURLsOfHTTPServer", ["get", "ur", "ls", "of", "http", "server"]],
    ["parseHTML5Page", ["parse", "html5", "page"]],
    ["__proto__", ["proto"]],
    ["ﬁnd", ["find"]],
    ["---", []],
  ])("%s", (name, words) => {
    expect(splitWords(name)).toEqual(words);
  });

  test("only the first 512 characters are read", () => {
    expect(splitWords(`${"a".repeat(511)}_delete`)).toEqual(["a".repeat(511)]);
  });

  test("at most 64 are read", () => {
    expect(splitWords("a_".repeat(200)).length).toBe(64);
  });
});

test.each([
  ["creates", ["creates", "create", "creat"]],
  ["copies", ["copies", "copy", "copie", "copi"]],
  ["access", ["access"]],
])("%s may be a form of %j", (word, forms) => {
  expect(withoutPerson(word)).toEqual(forms);
});

test.each([
  ["validation", "validate"],
  ["calculator", "calculate"],
  ["crawling", "crawl"],
  ["planner", "plan"],
  ["analysis", "analyze"],
])("%s comes from %s", (word, root) => {
  expect(rootsOf(word)).toContain(root);
});

describe("the tables", () => {
  test("no verb has two classes", () => {
    expect(twice(verbs)).toEqual([]);
  });

  test("no noun has two classes", () => {
    expect(twice(Object.values(LAST_NOUNS).flatMap(list))).toEqual([]);
  });

  test("what may be a noun is a verb, and stands in one list", () => {
    const nouns = [...list(NOUNS_AS_WELL), ...list(NOUNS_INSIDE)];
    expect([nouns.filter((word) => !verbs.includes(word)), twice(nouns)]).toEqual([[], []]);
  });

  test("what is a thing at the end may be a noun", () => {
    const nouns = [...list(NOUNS_AS_WELL), ...list(NOUNS_INSIDE)];
    expect(list(THINGS_AT_THE_END).filter((word) => !nouns.includes(word))).toEqual([]);
  });
});
