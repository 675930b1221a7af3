import type { Call, RunContext } from "callgate";

/** One call of the demonstration: the construct that it shows, and what is to become of it. */
export interface DemoCall {
  readonly shows: string;
  readonly expected: string;
  readonly call: Call;
  /** What is different from {@link WHO}. */
  readonly who?: RunContext;
}

/** A Sunday; the day after, a Monday. */
const SUNDAY = Date.UTC(2026, 10, 22, 10);
export const MONDAY = SUNDAY + 86_400_000;

/** Who makes the calls, unless a call says otherwise. */
export const WHO: RunContext = {
  grant: "ada",
  session: "morning",
  server: "files",
  labels: { team: "research" },
  facts: {},
  now: MONDAY,
};

type Row = readonly [expected: string, call: Call, who?: RunContext];

const of = (shows: string, ...rows: readonly Row[]): readonly DemoCall[] =>
  rows.map(([expected, call, who]) => ({ shows, expected, call, ...(who === undefined ? {} : { who }) }));

const read = (path: string, more = {}): Call => ({ name: "read_text_file", arguments: { path, ...more } });
const write = (path: string, content = "rain"): Call => ({ name: "write_file", arguments: { path, content } });
const edit = (path: string, edits: unknown, dryRun?: boolean): Call => ({
  name: "edit_file",
  arguments: { path, edits, ...(dryRun === undefined ? {} : { dryRun }) },
});
const EDITS = [{ oldText: "a", newText: "b" }];

export const CALLS: readonly DemoCall[] = [
  ...of(
    "default, hide, patterns, action",
    ["allowed", { name: "list_allowed_directories" }],
    ["not_permitted", { name: "no_such_tool" }],
    ["not_permitted", { name: "move_file", arguments: { source: "/srv/notes/a.md", destination: "/tmp/a.md" } }],
    ["not_permitted", { name: "directory_tree", arguments: { path: "/srv/notes" } }],
    ["approval_required", { name: "create_directory", arguments: { path: "/srv/notes/new" } }],
  ),
  ...of(
    "pin: a tool as it was looked at, and one that has changed since",
    ["allowed", { name: "list_allowed_directories" }],
    ["not_permitted", { name: "list_allowed_directories" }, { tool: { name: "list_allowed_directories" } }],
  ),
  ...of(
    "require with path_within, gte, lte, lt and if_present",
    ["allowed", read("/srv/notes/today.md", { head: 20 })],
    ["denied", read("/srv/notes/../../etc/passwd")],
    ["denied", read("/srv/notes/today.md", { head: 5_000 })],
  ),
  ...of(
    "args: a JSON Schema, and the tool's own",
    ["allowed", { name: "read_multiple_files", arguments: { paths: ["/srv/notes/a.md"] } }],
    ["invalid_arguments", { name: "read_multiple_files", arguments: { paths: ["/srv/notes/a.md", 7], all: true } }],
    ["allowed", { name: "list_directory", arguments: { path: "/srv/notes" } }],
    ["invalid_arguments", { name: "list_directory", arguments: { path: ["/srv/notes"] } }],
  ),
  ...of(
    "history: only after, by the value of an argument (min, by, session)",
    ["allowed", write("/srv/notes/today.md")],
    ["rate_limited", write("/srv/notes/unread.md")],
    ["rate_limited", write("/srv/notes/today.md"), { session: "evening" }],
  ),
  ...of(
    "deny_if with contains, require_approval_if with regex",
    ["denied", write("/srv/notes/today.md", "-----BEGIN PRIVATE KEY-----")],
    ["approval_required", write("/srv/notes/published/today.md")],
  ),
  ...of(
    "logic: all, reduce, var; exists",
    ["allowed", edit("/srv/notes/a.md", EDITS, false)],
    ["denied", edit("/srv/notes/a.md", Array(6).fill(EDITS[0]), false)],
    ["denied", edit("/srv/notes/a.md", [{ oldText: "a", newText: "" }], false)],
    ["denied", edit("/srv/notes/a.md", "all", false)],
    ["denied", edit("/srv/notes/a.md", EDITS)],
  ),
  ...of(
    "limits by amount: increment_from, increment",
    ["allowed", read("/srv/public/long.txt", { head: 1_000 })],
    ["rate_limited", read("/srv/public/long.txt", { head: 1_000 })],
  ),
  ...of(
    "rate_limit on a pattern, not_in",
    ["allowed", { name: "search_files", arguments: { path: "/srv/notes", pattern: "*.md" } }],
    ["denied", { name: "search_files", arguments: { path: "/srv/notes", pattern: "**" } }],
  ),
  ...of(
    "all_tools: grant, server, time, context; in, eq, neq, gt, host_in",
    ["denied", { name: "list_allowed_directories" }, { labels: { team: "sales" } }],
    ["denied", { name: "list_allowed_directories" }, { server: "mail" }],
    ["denied", { name: "list_allowed_directories" }, { now: SUNDAY }],
    ["denied", { name: "list_allowed_directories" }, { facts: { maintenance: true } }],
    ["denied", { name: "list_allowed_directories" }, { facts: { origin: "https://example.com.evil.test/" } }],
    ["allowed", { name: "list_allowed_directories" }, { facts: { origin: "https://chat.example.com/" } }],
  ),
  ...of(
    "resources, prompts and methods, by sections of their own",
    ["allowed", { kind: "resource", name: "file:///srv/notes/today.md" }],
    ["not_permitted", { kind: "resource", name: "file:///srv/notes/private/diary.md" }],
    ["not_permitted", { kind: "resource", name: "file:///srv/notes/../../etc/passwd" }],
    ["allowed", { kind: "prompt", name: "summarise" }],
    ["not_permitted", { kind: "prompt", name: "publish" }],
    ["not_permitted", { kind: "method", name: "sampling/createMessage" }],
    ["allowed", { kind: "method", name: "notes/status" }],
  ),
];

/** The call whose explanation is shown whole. */
export const EXPLAINED: Call = edit("/srv/notes/a.md", EDITS);
