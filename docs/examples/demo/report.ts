import type { AuditEvent, DecisionEvent } from "callgate";

/** What a person follows: one row a call. */
interface Row {
  readonly call: string;
  readonly outcome: string;
  readonly rule: string;
  readonly message: string;
  readonly left: string;
  readonly asExpected: boolean;
}

const COLUMNS = ["call", "outcome", "rule", "message", "left"] as const;

/** Collects what the gates decided, holds it against what was expected, and prints it as a table. */
export class Report {
  readonly #decisions: DecisionEvent[] = [];
  #rows: Row[] = [];
  #surprises = 0;

  /** The audit function to give a gate. */
  readonly audit = (event: AuditEvent): void => {
    if (event.type === "decision") this.#decisions.push(event);
  };

  get surprises(): number {
    return this.#surprises;
  }

  /** The row of the call that was decided last. */
  row(call: string, expected: string): void {
    const decision = this.#decisions.at(-1);
    if (decision === undefined) throw new Error("no call was decided");
    const outcome = decision.outcome === "allow" ? "allowed" : decision.code;
    const bounded = decision.charges.filter(({ max }) => max !== undefined);
    const left = bounded.map((charge) => `${charge.left} of ${charge.max}`).join(", ");
    this.#add({
      call,
      outcome,
      rule: decision.rule,
      message: decision.message,
      left,
      asExpected: outcome === expected,
    });
  }

  /** A row for something that is not one call. */
  fact(call: string, outcome: string, expected: string): void {
    this.#add({ call, outcome, rule: "", message: "", left: "", asExpected: outcome === expected });
  }

  print(title: string): void {
    const columns = COLUMNS.filter((column) => this.#rows.some((row) => row[column] !== ""));
    const widths = columns.map((column) => Math.max(column.length, ...this.#rows.map((row) => row[column].length)));
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd();
    console.log(`\n${title}\n`);
    console.log(`   ${line(columns)}`);
    console.log(`   ${line(widths.map((width) => "-".repeat(width)))}`);
    for (const row of this.#rows) {
      console.log(`${row.asExpected ? "  " : "!!"} ${line(columns.map((column) => row[column]))}`);
    }
    this.#rows = [];
  }

  #add(row: Row): void {
    this.#rows.push(row);
    if (!row.asExpected) this.#surprises++;
  }
}
