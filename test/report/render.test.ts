import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AuditSummary, renderReport, summarizeAudit } from "callgate";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOSTILE, hostileSummary } from "./hostile.js";
import { decision, MORNING, recordMorning } from "./recorded.js";

const CHROMIUM = "/usr/bin/chromium";

/** What a page did beside showing itself. */
interface Opened {
  readonly page: Page;
  readonly seen: { readonly requests: string[]; readonly complaints: string[] };
}

// Where there is no browser this says nothing; a machine that checks for others must have one.
describe.skipIf(!existsSync(CHROMIUM) && process.env.CI === undefined)("opened from a file, without a network", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    folder = await mkdtemp(join(tmpdir(), "callgate-page-"));
  });

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  async function open(source: string, width = 1_200, colorScheme: "light" | "dark" = "light"): Promise<Opened> {
    const file = join(folder, "report.html");
    await writeFile(file, source);
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
    await context.setOffline(true);
    const page = await context.newPage();
    const seen = { requests: [] as string[], complaints: [] as string[] };
    page.on("request", (request) => seen.requests.push(request.url()));
    page.on("console", (message) => seen.complaints.push(message.text()));
    page.on("pageerror", (error) => seen.complaints.push(error.message));
    page.on("dialog", (dialog) => {
      seen.complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    return { page, seen };
  }

  const summaries: readonly (readonly [string, () => AuditSummary | Promise<AuditSummary>])[] = [
    ["a record", async () => summarizeAudit(await recordMorning(), { tools: [{ name: "archive" }] })],
    ["no record", () => summarizeAudit([])],
    ["hostile names", hostileSummary],
  ];

  test.each(summaries)("%s: it asks for nothing but itself and complains of nothing", async (_name, summary) => {
    const { page, seen } = await open(renderReport(await summary()));
    expect(seen).toEqual({ requests: [page.url()], complaints: [] });
  });

  test.each(summaries)("%s: it fits a narrow screen", async (_name, summary) => {
    const { page } = await open(renderReport(await summary()), 340);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
  });

  test("it forbids scripts and everything that would be fetched", async () => {
    const { page, seen } = await open(renderReport(summarizeAudit([])));
    const policy = await page.getAttribute("meta[http-equiv='Content-Security-Policy']", "content");
    expect(policy).toBe("default-src 'none'; style-src 'unsafe-inline'");
    await page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://example.com/x.png' }))");
    await expect.poll(() => seen.complaints.length).toBeGreaterThan(0);
    expect(seen.complaints[0]).toContain("Content Security Policy");
  });

  test("it follows the reader's choice of light or dark", async () => {
    const source = renderReport(summarizeAudit([]));
    const ground = async (scheme: "light" | "dark") =>
      (await open(source, 800, scheme)).page.evaluate("getComputedStyle(document.body).backgroundColor");
    expect([await ground("light"), await ground("dark")]).toEqual(["rgb(246, 247, 249)", "rgb(17, 21, 27)"]);
  });

  test.each(["light", "dark"] as const)("%s: text has a contrast of 4.5, a plot of 3", async (scheme) => {
    const { page } = await open(renderReport(summarizeAudit([])), 800, scheme);
    const colour = (name: string) =>
      page.evaluate(
        `getComputedStyle(document.documentElement).getPropertyValue("--${name}").trim()`,
      ) as Promise<string>;
    const card = await colour("card");
    for (const name of ["text", "soft"]) expect(contrast(await colour(name), card), name).toBeGreaterThan(4.5);
    for (const name of ["allowed", "denied", "limited", "waiting", "unavailable"]) {
      expect(contrast(await colour(name), card), name).toBeGreaterThan(3);
    }
  });

  test("hostile names are its text and no markup", async () => {
    const { page } = await open(renderReport(hostileSummary(), { title: HOSTILE[1] }));
    expect(await page.title()).toBe(HOSTILE[1]);
    expect(await page.locator("img, script, h1 + h1, [onload], [onerror], body > h1").count()).toBe(0);
    expect(await page.locator("h1, h2").allTextContents()).toEqual([
      HOSTILE[1],
      "Calls over time",
      "Limits nearly reached",
      "Tools",
      "Rules",
      "Grants",
      "Shadow findings",
      "Tools nobody called",
      "How calls ended",
      "Refused messages and notices",
    ]);
    const written = HOSTILE.map((name) =>
      name
        .slice(0, 120)
        .replace("\u202e", "\\u{202e}")
        .replace("\u200b", "\\u{200b}")
        .replace("\0\n\ud800", "\\u{0}\\u{a}\\u{d800}"),
    );
    for (const [section, expected] of [
      ["grants", written],
      ["unused", HOSTILE.map((_name, index) => `unused ${written[index]}`.slice(0, 120))],
    ] as const) {
      expect(await page.locator(`#${section} bdi`).allTextContents()).toEqual(expected);
    }
    expect(await page.locator("#grants tr").last().textContent()).toContain("10,000 characters");
  });

  test("a name that turns the direction turns nothing beside it", async () => {
    const { page } = await open(renderReport(summarizeAudit([decision({ name: "مرحبا" })])));
    const directionOf = (selector: string) =>
      page.evaluate(`getComputedStyle(document.querySelector("${selector}")).direction`);
    expect(await directionOf("#tools bdi")).toBe("rtl");
    expect(await directionOf("#tools tbody tr")).toBe("ltr");
  });

  test("the plot has a bar for each span with the counts as its title, and a table beside it", async () => {
    const { page } = await open(renderReport(summarizeAudit(await recordMorning())));
    expect(await page.locator("#time svg g").count()).toBe(10);
    expect(await page.locator("#time svg title").first().textContent()).toBe("2 Mar 2026, 09:00:00: 1 call: 1 allowed");
    expect(await page.locator("#time tbody tr").count()).toBe(10);
    const plot = page.getByRole("img", { name: "Calls over time by outcome" });
    expect(await plot.getAttribute("aria-label")).toContain(
      "The busiest 1 second, from 2 Mar 2026, 09:00:00, has 1 call",
    );
  });

  test("what to look at first is linked to where it is told", async () => {
    const { page } = await open(renderReport(summarizeAudit(await recordMorning(), { tools: [{ name: "archive" }] })));
    expect(await page.locator(".look a").allTextContents()).toEqual([
      "Refuses most: /tools/send/rate_limit",
      "2 limits reached or nearly",
      "1 tool never called",
      "1 malformed message",
    ]);
    for (const link of await page.locator(".look a").all()) {
      expect(await page.locator(`section${await link.getAttribute("href")}`).count()).toBe(1);
    }
  });
});

describe("the page as text", () => {
  test("is the same for the same summary", async () => {
    const events = await recordMorning();
    expect(renderReport(summarizeAudit(events))).toBe(renderReport(summarizeAudit(events)));
  });

  test("shows twenty rows of a table and says how many more there are", () => {
    const events = Array.from({ length: 1_025 }, (_, index) => decision({ name: `tool-${index}`, time: MORNING }));
    const page = renderReport(summarizeAudit(events));
    expect(page.match(/>tool-\d+</g)).toHaveLength(20);
    expect(page).toContain("and 1,005 more");
    expect(page).toContain("1,025 events read");
  });

  test("never shows nearly all as all, nor nearly nothing as nothing", () => {
    const denied = decision({ outcome: "deny", code: "denied", rule: "r" });
    const page = renderReport(summarizeAudit([denied, ...Array.from({ length: 4_999 }, () => decision())]));
    expect(page).toContain("&gt; 99.9 %");
    expect(page).toContain("&lt; 0.1 %");
  });

  test("says nothing of unused tools where nobody said which there are", () => {
    expect(renderReport(summarizeAudit([decision()]))).not.toContain("nobody called");
    expect(renderReport(summarizeAudit([decision()], { tools: [{ name: "read" }] }))).toContain("Every tool on offer");
  });
});

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Relative luminance of `#rrggbb`, by WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
