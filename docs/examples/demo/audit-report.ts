import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AuditEvent, createGate, parsePolicy, renderReport, suggestPolicy, summarizeAudit } from "callgate";

const POLICY = parsePolicy(readFileSync(new URL("./audit-report.policy.json", import.meta.url), "utf8"));

/** What the server offers; nobody in this demo calls the last two. */
const TOOLS = Object.keys(POLICY.tools ?? {}).map((name) => ({ name }));

const START = Date.UTC(2026, 2, 2, 6);
const MINUTE = 60_000;
const CALLS = 1_400;
const GRANTS = ["triage-bot", "triage-bot", "triage-bot", "reply-bot", "reply-bot", "billing-bot", "night-shift"];

/** Numbers from 0 to 1, the same in every run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The tools that agents call: mostly what they may, sometimes what they may not, and once what a server made up. */
const HABITS: readonly (readonly [weight: number, name: string, args: (random: () => number) => object])[] = [
  [34, "read_ticket", () => ({ id: 7 })],
  [24, "search_tickets", () => ({ query: "invoice" })],
  [14, "reply_to_ticket", () => ({ id: 7, text: "Thank you" })],
  [10, "list_customers", () => ({})],
  [7, "send_email", (random) => ({ to: random() < 0.8 ? "ann@example.com" : "ann@example.org" })],
  [5, "create_refund", (random) => ({ amount: random() < 0.9 ? 12.5 : 250 })],
  [3, "close_ticket", () => ({ id: 7 })],
  [2, "admin_delete_customer", () => ({ id: 7 })],
  [0.6, "run_sql", () => ({ sql: "select 1" })],
  [0.4, "<img src=x onerror=alert(document.cookie)>", () => ({})],
];

function pick<T>(random: () => number, choices: readonly (readonly [number, T])[]): T {
  let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  const found = choices.find(([weight]) => {
    left -= weight;
    return left < 0;
  });
  return (found ?? (choices[0] as readonly [number, T]))[1];
}

/** Records a day at a support desk, busy before noon and in the afternoon. */
async function recordDay(): Promise<readonly AuditEvent[]> {
  const random = numbersFrom(20_260_302);
  const events: AuditEvent[] = [];
  let now = START;
  const gate = createGate({
    policy: POLICY,
    server: "desk",
    clock: { now: () => now },
    audit: (event) => void events.push(event),
  });
  for (let call = 0; call < CALLS; call++) {
    const hour = (now - START) / (60 * MINUTE);
    const calm = 1.4 + Math.cos((hour * Math.PI) / 3.5);
    now += random() * MINUTE * calm * 0.75;
    const [name, args] = pick(
      random,
      HABITS.map(([weight, name, args]) => [weight, [name, args] as const] as const),
    );
    const grant = GRANTS[Math.floor(random() * GRANTS.length)] as string;
    const ending = random();
    await gate
      .run({ name, arguments: { ...args(random) } }, { grant }, () => {
        if (ending < 0.02) throw new Error("the desk is away");
      })
      .catch(() => undefined);
  }
  await gate.close();
  return events;
}

/** Records a day, writes what it says as a page, and prints where, and the policy that would have been enough. */
export async function reportOnDay(): Promise<number> {
  const events = await recordDay();
  const summary = summarizeAudit(events, { tools: TOOLS });
  const file = join(mkdtempSync(join(tmpdir(), "callgate-report-")), "report.html");
  writeFileSync(file, renderReport(summary, { title: "Support desk, 2 March 2026" }));
  const { calls, ...outcomes } = summary.total;
  console.log(
    `${calls} calls: ${Object.entries(outcomes)
      .map(([outcome, many]) => `${many} ${outcome}`)
      .join(", ")}`,
  );
  console.log(`nobody called ${summary.unused?.join(", ")}`);
  console.log(`suggested: ${suggestPolicy(events, TOOLS).summary}`);
  console.log(`\nOpen ${file}`);
  return calls === CALLS ? 0 : 1;
}
