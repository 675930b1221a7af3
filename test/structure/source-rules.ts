import { type ConstructKind, readSource, type SourceFile } from "./source-file.js";

/**
 * Files and import targets are named by patterns: `policy/` is a folder, `npm:zod` a package with its subpaths,
 * `npm:@modelcontextprotocol/` a scope, `node:` every built-in, `*` everything, anything else exactly itself.
 */
type Patterns = readonly string[];

interface RuleHead {
  /** The rule, as a sentence. */
  readonly rule: string;
  readonly in: Patterns;
  readonly notIn?: Patterns;
  /** Files that break the rule: the checker must report each. */
  readonly planted: readonly SourceFile[];
}

interface ForbiddenImports extends RuleHead {
  readonly forbids: Patterns;
  readonly except?: Patterns;
}

interface ForbiddenConstruct extends RuleHead {
  readonly construct: ConstructKind;
}

export type Rule = ForbiddenImports | ForbiddenConstruct;

export interface Violation {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly found: string;
}

/** Files that may import a built-in module of Node.js. The root and `callgate/testing` run everywhere. */
const nodeOnlyFiles: Patterns = ["cli.ts", "cli/"];

/** Every place a file of `src/` may be in. A new folder is named here, with its directions below. */
const places: Patterns = [
  "json-schema/",
  "policy/",
  "check/",
  "compile/",
  "evaluate/",
  "counters/",
  "approvals/",
  "audit/",
  "enforce/",
  "mcp/",
  "classify/",
  "scan/",
  "definition/",
  "explain/",
  "testing/",
  "internal/",
  "cli/",
  "cli.ts",
  "errors.ts",
  "index.ts",
  "sqlite.ts",
  "redis.ts",
  "postgres.ts",
  "testing.ts",
];

const driverAdapters: Patterns = ["redis", "sqlite", "postgres"].flatMap((name) => [
  `counters/${name}.ts`,
  `counters/${name}/`,
]);

/** The folders that may import each package. A package that is not here may be imported by none. */
const packageHomes: Readonly<Record<string, Patterns>> = {
  "npm:zod": ["policy/"],
  "npm:jsonc-parser": ["policy/"],
  "npm:re2js": ["internal/"],
  "npm:lru-cache": ["counters/"],
  "npm:@noble/hashes": ["internal/"],
};

const plant = (file: string, ...sources: string[]): SourceFile[] => sources.map((source) => ({ file, source }));

const directions: readonly Rule[] = [
  {
    rule: "evaluate never imports policy",
    in: ["evaluate/"],
    forbids: ["policy/"],
    planted: plant("evaluate/rule.ts", 'import type { Policy } from "../policy/document.js";'),
  },
  {
    rule: "evaluate never imports compile",
    in: ["evaluate/"],
    forbids: ["compile/"],
    planted: plant("evaluate/rule.ts", 'export { compile } from "../compile/compile.js";'),
  },
  {
    rule: "evaluate imports only itself, definition, json-schema, internal and errors",
    in: ["evaluate/"],
    forbids: places,
    except: ["evaluate/", "definition/", "json-schema/", "internal/", "errors.ts"],
    planted: plant("evaluate/plan.ts", 'import { createMemoryStore } from "../counters/memory.js";'),
  },
  {
    rule: "policy imports neither compile nor evaluate",
    in: ["policy/"],
    forbids: ["compile/", "evaluate/"],
    planted: plant("policy/parse.ts", 'type Plan = import("../evaluate/plan.js").Plan;'),
  },
  {
    rule: "policy imports only itself, definition, json-schema, internal and errors",
    in: ["policy/"],
    forbids: places,
    except: ["policy/", "definition/", "json-schema/", "internal/", "errors.ts"],
    planted: plant("policy/parse.ts", 'import { gate } from "../enforce/gate.js";'),
  },
  {
    rule: "check imports only itself, policy, definition, internal, errors and the names of JSON types",
    in: ["check/"],
    forbids: places,
    except: ["check/", "policy/", "definition/", "internal/", "errors.ts", "evaluate/json-type.ts"],
    planted: plant(
      "check/check.ts",
      'import { planOf } from "../compile/decide.js";',
      'import { matches } from "../evaluate/operators.js";',
    ),
  },
  {
    rule: "only the command and index.ts import check",
    in: ["*"],
    notIn: ["check/", "cli/", "index.ts"],
    forbids: ["check/"],
    planted: plant("enforce/gate.ts", 'import { checkPolicy } from "../check/check.js";'),
  },
  {
    rule: "compile imports only itself, policy, evaluate, json-schema, counters, internal and errors",
    in: ["compile/"],
    forbids: places,
    except: ["compile/", "policy/", "evaluate/", "json-schema/", "counters/", "internal/", "errors.ts"],
    planted: plant("compile/compile.ts", 'import { createGate } from "../enforce/gate.js";'),
  },
  {
    rule: "explain imports only itself, compile, policy, evaluate, internal and errors",
    in: ["explain/"],
    forbids: places,
    except: ["explain/", "compile/", "policy/", "evaluate/", "internal/", "errors.ts"],
    planted: plant("explain/explain.ts", 'import { createGate } from "../enforce/gate.js";'),
  },
  {
    rule: "json-schema imports only itself, internal and errors",
    in: ["json-schema/"],
    forbids: places,
    except: ["json-schema/", "internal/", "errors.ts"],
    planted: plant("json-schema/compile.ts", 'import { parsePolicy } from "../policy/parse.js";'),
  },
  {
    rule: "counters import only themselves, internal and errors",
    in: ["counters/"],
    forbids: places,
    except: ["counters/", "internal/", "errors.ts"],
    planted: plant("counters/key.ts", 'import { parsePolicy } from "../policy/parse.js";'),
  },
  {
    rule: "only the sqlite subpath imports the SQLite store",
    in: ["*"],
    notIn: ["sqlite.ts", "counters/sqlite.ts", "counters/sqlite/"],
    forbids: ["sqlite.ts", "counters/sqlite.ts", "counters/sqlite/"],
    planted: plant("index.ts", 'export { createSqliteStore } from "./counters/sqlite.js";'),
  },
  {
    rule: "the sqlite subpath imports the SQLite store alone",
    in: ["sqlite.ts"],
    forbids: places,
    except: ["counters/sqlite.ts", "counters/sqlite/"],
    planted: plant("sqlite.ts", 'export { createMemoryStore } from "./counters/memory.js";'),
  },
  {
    rule: "only the redis subpath imports the Redis store",
    in: ["*"],
    notIn: ["redis.ts", "counters/redis.ts", "counters/redis/"],
    forbids: ["redis.ts", "counters/redis.ts", "counters/redis/"],
    planted: plant("index.ts", 'export { createRedisStore } from "./counters/redis.js";'),
  },
  {
    rule: "the redis subpath imports the Redis store alone",
    in: ["redis.ts"],
    forbids: places,
    except: ["counters/redis.ts", "counters/redis/"],
    planted: plant("redis.ts", 'export { createMemoryStore } from "./counters/memory.js";'),
  },
  {
    rule: "enforce imports no store adapter but memory, its default",
    in: ["enforce/"],
    forbids: driverAdapters,
    planted: plant("enforce/gate.ts", 'import { createRedisStore } from "../counters/redis.js";'),
  },
  {
    rule: "only its subpath imports the Postgres store",
    in: ["*"],
    notIn: ["counters/postgres.ts", "counters/postgres/", "postgres.ts"],
    forbids: ["counters/postgres.ts", "counters/postgres/", "postgres.ts"],
    planted: plant("counters/memory.ts", 'import { storable } from "./postgres/request.js";'),
  },
  {
    rule: "the Postgres subpath imports nothing but the Postgres store",
    in: ["postgres.ts"],
    forbids: ["*"],
    except: ["counters/postgres.ts", "counters/postgres/"],
    planted: plant("postgres.ts", 'export { createGate } from "./enforce/gate.js";'),
  },
  {
    rule: "enforce never imports mcp",
    in: ["enforce/"],
    forbids: ["mcp/"],
    planted: plant("enforce/gate.ts", 'await import("../mcp/transport.js");'),
  },
  {
    rule: "only mcp, testing and index.ts import enforce",
    in: ["*"],
    notIn: ["enforce/", "mcp/", "testing/", "index.ts", "testing.ts"],
    forbids: ["enforce/"],
    planted: plant("approvals/provider.ts", 'import type { Gate } from "../enforce/gate.js";'),
  },
  {
    rule: "only mcp and index.ts import from mcp",
    in: ["*"],
    notIn: ["mcp/", "index.ts"],
    forbids: ["mcp/"],
    planted: plant("audit/event.ts", 'import type { Message } from "../mcp/messages.js";'),
  },
  {
    rule: "definition imports only itself, internal and errors",
    in: ["definition/"],
    forbids: places,
    except: ["definition/", "internal/", "errors.ts"],
    planted: plant("definition/fingerprint.ts", 'import { parsePolicy } from "../policy/parse.js";'),
  },
  {
    rule: "classify imports only itself, definition, the shape of a document, internal and errors",
    in: ["classify/"],
    forbids: places,
    except: ["classify/", "definition/", "policy/document.ts", "internal/", "errors.ts"],
    planted: plant(
      "classify/recommend.ts",
      'import { parsePolicy } from "../policy/parse.js";',
      'import { decide } from "../compile/decide.js";',
    ),
  },
  {
    rule: "scan imports only itself, classify, definition, internal and errors",
    in: ["scan/"],
    forbids: places,
    except: ["scan/", "classify/", "definition/", "internal/", "errors.ts"],
    planted: plant("scan/session.ts", 'import { copy } from "../mcp/message.js";'),
  },
  {
    rule: "only scan and index.ts import classify, and only index.ts scan: no decision depends on them",
    in: ["*"],
    notIn: ["classify/", "scan/", "index.ts"],
    forbids: ["classify/", "scan/"],
    planted: plant(
      "mcp/listing.ts",
      'import { classifyTool } from "../classify/classify.js";',
      'import { scanServer } from "../scan/scan.js";',
    ),
  },
  {
    rule: "internal imports only itself and errors",
    in: ["internal/"],
    forbids: places,
    except: ["internal/", "errors.ts"],
    planted: plant("internal/digest.ts", 'import { key } from "../counters/key.js";'),
  },
  {
    rule: "errors.ts imports only the shape of an issue",
    in: ["errors.ts"],
    forbids: ["*"],
    except: ["policy/issue.ts"],
    planted: plant("errors.ts", 'import { quote } from "./internal/quote.js";'),
  },
  {
    rule: "only the testing subpath imports testing",
    in: ["*"],
    notIn: ["testing/", "testing.ts"],
    forbids: ["testing/", "testing.ts"],
    planted: plant("enforce/gate.ts", 'import { settableClock } from "../testing/clock.js";'),
  },
  {
    rule: "nothing imports index.ts",
    in: ["*"],
    forbids: ["index.ts", "npm:callgate"],
    planted: plant("testing/contract.ts", 'import { createGate } from "../index.js";'),
  },
];

const packages: readonly Rule[] = [
  {
    rule: "only policy imports zod",
    in: ["*"],
    notIn: ["policy/"],
    forbids: ["npm:zod"],
    planted: plant("evaluate/rule.ts", 'import * as z from "zod/mini";'),
  },
  {
    rule: "no file imports an MCP SDK",
    in: ["*"],
    forbids: ["npm:@modelcontextprotocol/"],
    planted: plant(
      "mcp/transport.ts",
      'import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";',
    ),
  },
  {
    rule: "no portable file imports a built-in of Node.js",
    in: ["*"],
    notIn: nodeOnlyFiles,
    forbids: ["node:"],
    planted: plant("internal/digest.ts", 'import { createHash } from "crypto";'),
  },
  {
    rule: "no file imports a package that has no home",
    in: ["*"],
    forbids: ["npm:"],
    except: Object.keys(packageHomes),
    planted: plant("counters/redis.ts", 'const { Redis } = require("ioredis");'),
  },
  {
    rule: "no import has a computed name",
    in: ["*"],
    forbids: ["computed:"],
    planted: plant("audit/otel.ts", "const load = (name: string) => import(name);"),
  },
  {
    rule: "no import leaves src",
    in: ["*"],
    forbids: ["outside:"],
    planted: plant("index.ts", 'import manifest from "../package.json";'),
  },
  ...Object.entries(packageHomes).map(
    ([name, homes]): Rule => ({
      rule: `${name} stays in ${homes.join(", ")}`,
      in: ["*"],
      notIn: homes,
      forbids: [name],
      planted: plant("mcp/messages.ts", `import {} from "${name.slice("npm:".length)}";`),
    }),
  ),
];

const constructs: readonly Rule[] = [
  {
    rule: "no `export *`",
    in: ["*"],
    construct: "export *",
    planted: plant("index.ts", 'export * from "./errors.js";', 'export * as errors from "./errors.js";'),
  },
  {
    rule: "no default export",
    in: ["*"],
    construct: "default export",
    planted: plant(
      "index.ts",
      "export default function gate(): void {}",
      "const gate = 1; export { gate as default };",
      "const gate = 1; export default gate;",
    ),
  },
  {
    rule: "no `console`",
    in: ["*"],
    construct: "console",
    planted: plant("audit/sink.ts", 'console.log("denied");', 'globalThis.console.warn("denied");'),
  },
  {
    rule: "no code from strings",
    in: ["*"],
    construct: "code generation",
    planted: plant(
      "compile/rules.ts",
      'const one = new Function("return 1");',
      'const one = Function("return 1");',
      'const one = eval("1");',
      'const one = globalThis["eval"]("1");',
    ),
  },
  {
    rule: "no `any`",
    in: ["*"],
    construct: "any",
    planted: plant(
      "evaluate/walk.ts",
      "export const value = (input: unknown) => input as any;",
      "export type Table = Record<string, any>;",
    ),
  },
  {
    rule: "no environment reads",
    in: ["*"],
    construct: "environment",
    planted: plant("enforce/gate.ts", "export const home = process.env.HOME;"),
  },
];

const placement: Rule = {
  rule: "every file is in a place that has directions",
  in: ["*"],
  notIn: places,
  forbids: ["self:"],
  planted: plant("utils/string.ts", "export const lower = (text: string): string => text.toLowerCase();"),
};

export const rules: readonly Rule[] = [...directions, ...packages, ...constructs, placement];

function matches(name: string, patterns: Patterns): boolean {
  return patterns.some((pattern) => {
    if (pattern === "*" || name === pattern) return true;
    if (pattern.endsWith("/") || pattern.endsWith(":")) return name.startsWith(pattern);
    return pattern.startsWith("npm:") && name.startsWith(`${pattern}/`);
  });
}

/** Holds `files` to `rules` and names every violation. */
export function checkSources(files: readonly SourceFile[], held: readonly Rule[] = rules): Violation[] {
  const violations: Violation[] = [];
  for (const file of files) {
    const read = readSource(file);
    const imports = [...read.imports, { target: `self:${file.file}`, line: 1 }];
    for (const rule of held) {
      if (!matches(file.file, rule.in) || matches(file.file, rule.notIn ?? [])) continue;
      const report = (line: number, found: string): void => {
        violations.push({ rule: rule.rule, file: file.file, line, found });
      };
      if ("construct" in rule) {
        for (const { kind, line } of read.constructs) if (kind === rule.construct) report(line, kind);
        continue;
      }
      for (const { target, line } of imports) {
        if (target.startsWith("self:") && !rule.forbids.includes("self:")) continue;
        if (matches(target, rule.forbids) && !matches(target, rule.except ?? [])) report(line, target);
      }
    }
  }
  return violations;
}
