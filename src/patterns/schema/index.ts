export { checkDocument, type CheckedDocument } from "./check-document.ts";
export type { SchemaProblem } from "./problem.ts";
export { describeDocument } from "./json-schema.ts";
