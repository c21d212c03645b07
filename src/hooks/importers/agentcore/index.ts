export { agentcoreEvent, agentcoreOutcome } from "./event.ts";
export { BRIDGED_TYPES, fromAgentcoreEvent, typeOf, type BridgedEvent } from "./bridge.ts";
