export { massgenEvent, massgenType } from "./event.ts";
export { readMassgenResult } from "./result.ts";
