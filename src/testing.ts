export type {
  CounterStoreClaims,
  CounterStoreSubject,
  StoreCapacity,
  SubjectClock,
} from "./testing/counter-store/subject.js";
export { counterStoreContract } from "./testing/counter-store-contract.js";
export { expectAllowed, expectDenied, UnexpectedDecision } from "./testing/expectations.js";
export { createRecordingSink, type RecordingSink } from "./testing/recording-sink.js";
export type { TestRunner } from "./testing/runner.js";
export { createSettableClock, type SettableClock } from "./testing/settable-clock.js";
