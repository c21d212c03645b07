export { agentcoreEvent, agentcoreOutcome } from "./event.ts";
