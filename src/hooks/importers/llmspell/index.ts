export { llmspellEvent } from "./event.ts";
export { readLlmspellResult } from "./result.ts";
