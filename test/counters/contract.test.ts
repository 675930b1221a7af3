import { createMemoryStore } from "callgate";
import { counterStoreContract, createSettableClock } from "callgate/testing";
import { describe, test } from "vitest";

const capacity = { maxKeys: 100, maxKeysPerGrant: 50 };

describe("the memory store, with small bounds", () => {
  counterStoreContract(
    { describe, test },
    () => ({ store: createMemoryStore(capacity), clock: createSettableClock(0) }),
    { capacity },
  );
});

describe("the memory store, as it comes", () => {
  counterStoreContract({ describe, test }, () => ({ store: createMemoryStore(), clock: createSettableClock(0) }));
});
