import { createGate, parsePolicy } from "callgate";

const policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: { lookup: { rate_limit: { max: 2, window: 86_400 } } },
});
const gate = createGate({ policy, audit: (event) => console.log(JSON.stringify(event)) });

for (const city of ["Oslo", "Lima", "Kyiv"]) {
  const result = await gate.run(
    { name: "lookup", arguments: { city } },
    { grant: "alice" },
    (call) => call.arguments.city,
  );
  console.log(result.allowed ? result.value : result.denial.content[0].text);
}
await gate.close();
