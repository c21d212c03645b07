export type { Expression, ExpressionScope, StepView, Template } from "./template.ts";
