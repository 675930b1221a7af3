/** What a tool does, at the most. */
export type ToolCategory = "Read" | "Write" | "Execute" | "Destructive" | "Financial";

/** How much harm one call may do. */
export type ToolSeverity = "low" | "medium" | "high" | "critical";

/** From the lowest class to the highest: where several hold, the highest counts. */
export const CATEGORIES: readonly ToolCategory[] = ["Read", "Write", "Execute", "Destructive", "Financial"];

const SEVERITIES: readonly ToolSeverity[] = ["low", "medium", "high", "critical"];

const SEVERITY_OF: Readonly<Record<ToolCategory, ToolSeverity>> = {
  Read: "low",
  Write: "medium",
  Execute: "high",
  Destructive: "critical",
  Financial: "critical",
};

/** Whether `category` stands above `other`. */
export function isAbove(category: ToolCategory, other: ToolCategory): boolean {
  return CATEGORIES.indexOf(category) > CATEGORIES.indexOf(other);
}

/** The highest of some classes; `undefined` for none. */
export function highest(categories: readonly ToolCategory[]): ToolCategory | undefined {
  return categories.reduce<ToolCategory | undefined>(
    (top, category) => (top === undefined || isAbove(category, top) ? category : top),
    undefined,
  );
}

/** The severity of a class, raised by so many steps; `critical` is the last. */
export function severityOf(category: ToolCategory, steps: number): ToolSeverity {
  const index = SEVERITIES.indexOf(SEVERITY_OF[category]) + steps;
  return SEVERITIES[Math.min(index, SEVERITIES.length - 1)] ?? "critical";
}
