export { childrenOf, type Node } from "./cel/ast.ts";
export { compileRegex, type LinearRegex } from "./cel/regex.ts";
export {
  ExpressionError,
  type EvaluationCode,
  type ExpressionIssue,
  type SyntaxCode,
} from "./error.ts";
export { evaluate, evaluateCondition, evaluateExpression, toText } from "./evaluate.ts";
export {
  inspectExpression,
  parseExpression,
  references,
  type Inspection,
} from "./parse-expression.ts";
export { parseTemplate, type TemplateIssue } from "./parse-template.ts";
export { narrowScope, stepsRead } from "./reads.ts";
export type { NameReference } from "./references.ts";
export { hasExpression, splitText, trySplitText, type TextPart } from "./split-text.ts";
export type { Expression, ExpressionScope, StepView, Template } from "./template.ts";
