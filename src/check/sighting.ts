import type { Path, PathRoot } from "../internal/path.js";
import { quote } from "../internal/quote.js";
import { type Location, locate } from "./locate.js";
import type { OfferedTool } from "./offer.js";
import type { Part } from "./part.js";
import type { Subject } from "./subject.js";

/** Where a path leads for one tool. */
export interface Sighting {
  /** `undefined` for what is no argument. */
  readonly tool: OfferedTool | undefined;
  readonly location: Location;
}

const whole = (minimum: number, maximum: number): object => ({ type: "integer", minimum, maximum });

/** What is known of the roots that are no arguments, as a schema. */
const ROOTS: ReadonlyMap<PathRoot, unknown> = new Map<PathRoot, unknown>([
  ["grant", { type: "object", properties: { id: { type: "string" }, labels: true }, required: ["id"] }],
  ["session", { type: "object", properties: { id: { type: "string" } } }],
  ["server", { type: "string" }],
  [
    "time",
    {
      type: "object",
      properties: { hour: whole(0, 23), minute: whole(0, 59), weekday: whole(1, 7), date: { type: "string" } },
      required: ["hour", "minute", "weekday", "date"],
    },
  ],
]);

/** Where a path of a part leads, for each tool that the part applies to. */
export function sightingsOf({ work }: Subject, part: Part, { root, steps }: Path): readonly Sighting[] {
  if (root === "args") {
    if (!work.spend(part.tools?.length ?? 0)) return [];
    return (part.tools ?? []).map((tool) => {
      const location = locate(tool.schema ?? true, steps, { root: tool.schema, work });
      return { tool, location };
    });
  }
  const names = part.tools?.map(({ name }) => name) ?? [];
  const tool = { type: "string", enum: names };
  const schema = root === "tool" ? tool : (ROOTS.get(root) ?? true);
  return [{ tool: undefined, location: locate(schema, steps, { root: schema, work }) }];
}

/** The tools that something is said of, a few of them by name. */
export function nameTools(tools: readonly OfferedTool[]): string {
  const named = tools.slice(0, 3).map(({ name }) => quote(name));
  const more = tools.length - named.length;
  return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
}

/** `args.amount of create_charge`; of several tools, of the first ones. */
export function describePlace(path: string, sightings: readonly Sighting[]): string {
  const tools = sightings.flatMap(({ tool }) => tool ?? []);
  return tools.length === 0 ? quote(path) : `${quote(path)} of ${nameTools(tools)}`;
}
