import { createDelays } from "../backends/delays.js";
import { createRandom } from "../backends/random.js";
import { backendCalled } from "../backends/table.js";
import { haveEffect } from "./effects.js";
import { victimCall, victimsGate } from "./victims.js";

// Makes calls through a gate, several at once, each with an effect, until somebody kills it. Says so after the first.

const [name = "", spec = "", effects = "", grant = "", seed = "0", lanes = "0"] = process.argv.slice(2);
const random = createRandom(Number(seed));
const delays = createDelays(Number(seed));
const { store } = await backendCalled(name).connect(spec, { deadlineMs: 5_000, delays });
const gate = victimsGate(store);
let isSaid = false;

async function lane(): Promise<void> {
  for (;;) {
    await gate.run(victimCall, { grant }, async () => {
      if (random.next() < 0.5) await delays.pause();
      haveEffect(effects, grant, victimCall.name);
    });
    if (!isSaid) process.send?.("ready");
    isSaid = true;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// Who started it has gone.
process.once("disconnect", () => process.exit());
await Promise.all(Array.from({ length: Number(lanes) }, lane));
