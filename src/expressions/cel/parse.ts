import { ExpressionError } from "../error.ts";
import type { BinaryOperator, IndexNode, Node } from "./ast.ts";
import { buildMacro } from "./macros.ts";
import { numberValue, readToken, type Token } from "./tokenize.ts";

/** Longest expression, in characters. */
export const MAX_LENGTH = 16 * 1024;
/** Deepest nesting: of parentheses as of operators in a row, because either costs stack when it is evaluated. */
export const MAX_DEPTH = 250;

const PRECEDENCE: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  in: 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
};

/** Words that CEL keeps for itself: no variable may have such a name. */
const RESERVED = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/**
 * Parses one CEL expression. The recursion is bounded by MAX_DEPTH, so no source can exhaust the stack.
 * @throws ExpressionError with a syntax code
 */
export function parseCel(source: string): Node {
  if (source.length > MAX_LENGTH)
    throw new ExpressionError(
      "expression-too-long",
      source,
      `The expression has ${source.length} characters, more than ${MAX_LENGTH}`,
      { hint: "compute parts of it in set steps" },
    );
  const parser = new Parser(source);
  const node = parser.parseExpression(0);
  parser.expectEnd();
  return node;
}

class Parser {
  readonly source: string;
  private token: Token;

  constructor(source: string) {
    this.source = source;
    this.token = readToken(source, 0);
  }

  parseExpression(depth: number): Node {
    this.checkDepth(depth);
    const test = this.parseBinary(1, depth);
    if (!this.accept("?")) return test;
    const yes = this.parseExpression(depth + 1);
    this.expect(":", "to separate the two branches of ? :");
    const no = this.parseExpression(depth + 1);
    return this.place({ op: "condition", test, yes, no }, test.start, no.end, [test, yes, no]);
  }

  expectEnd(): void {
    if (this.token.kind === "end") return;
    throw this.failure(`Unexpected ${shown(this.token)}`, "an expression ends here");
  }

  private parseBinary(minimum: number, depth: number): Node {
    let left = this.parseUnary(depth);
    for (;;) {
      const operator = this.binaryOperator();
      const precedence = operator === undefined ? 0 : (PRECEDENCE[operator] ?? 0);
      if (operator === undefined || precedence < minimum) return left;
      this.advance();
      const right = this.parseBinary(precedence + 1, depth);
      left = this.place({ op: "binary", operator, left, right }, left.start, right.end, [
        left,
        right,
      ]);
    }
  }

  private binaryOperator(): BinaryOperator | undefined {
    const { kind, text } = this.token;
    if (kind === "punctuation" || (kind === "name" && text === "in"))
      return Object.hasOwn(PRECEDENCE, text) ? (text as BinaryOperator) : undefined; // as: its keys are the operators
    return undefined;
  }

  private parseUnary(depth: number): Node {
    const { start, text, kind } = this.token;
    if (kind !== "punctuation" || (text !== "!" && text !== "-")) return this.parsePostfix(depth);
    this.checkDepth(depth);
    this.advance();
    const operand = this.parseUnary(depth + 1);
    return this.place({ op: "unary", operator: text, operand }, start, operand.end, [operand]);
  }

  private parsePostfix(depth: number): Node {
    let node = this.parsePrimary(depth);
    for (;;) {
      if (this.accept(".")) node = this.parseMember(node, depth);
      else if (this.is("[")) node = this.parseIndex(node, depth);
      else return node;
    }
  }

  private parseMember(target: Node, depth: number): Node {
    const optional = this.accept("?");
    const { text: name, kind, start, end } = this.token;
    if (kind !== "name") throw this.failure(`Expected a field name, found ${shown(this.token)}`);
    this.advance();
    if (optional || !this.is("("))
      return this.place({ op: "field", target, name, optional }, target.start, end, [target]);
    const [args, close] = this.parseArguments(depth);
    if (target.op === "name" && (target.name === "optional" || target.name === "cel"))
      return this.buildCall(`${target.name}.${name}`, args, target.start, close);
    return this.buildCall(name, [target, ...args], target.start, close, start);
  }

  private parseIndex(target: Node, depth: number): IndexNode {
    this.advance();
    const optional = this.accept("?");
    const index = this.parseExpression(depth + 1);
    const end = this.expect("]", "to close [");
    return this.place({ op: "index", target, index, optional }, target.start, end, [target, index]);
  }

  private parsePrimary(depth: number): Node {
    const token = this.token;
    if (token.kind === "number") return this.literal(numberValue(this.source, token));
    if (token.kind === "string") return this.literal(token.text);
    if (token.kind === "name") return this.parseName(depth);
    if (this.accept("(")) {
      const node = this.parseExpression(depth + 1);
      this.expect(")", "to close (");
      return node;
    }
    if (this.is("[")) return this.parseList(depth);
    if (this.is("{")) return this.parseMap(depth);
    throw this.failure(
      token.kind === "end" ? "The expression ends too early" : `Unexpected ${shown(token)}`,
      "a value is expected here",
    );
  }

  private parseName(depth: number): Node {
    const { text: name, start, end } = this.token;
    if (name === "true" || name === "false") return this.literal(name === "true");
    if (name === "null") return this.literal(null);
    if (RESERVED.has(name) || name === "in")
      throw this.failure(`${JSON.stringify(name)} is a reserved word`, "use another name");
    this.advance();
    if (!this.is("(")) return this.place({ op: "name", name }, start, end, []);
    const [args, close] = this.parseArguments(depth);
    return this.buildCall(name, args, start, close);
  }

  private parseList(depth: number): Node {
    const { start } = this.token;
    this.advance();
    const items: { value: Node; optional: boolean }[] = [];
    while (!this.is("]")) {
      const optional = this.accept("?");
      items.push({ value: this.parseExpression(depth + 1), optional });
      if (!this.accept(",")) break;
    }
    const end = this.expect("]", "to close [");
    const children = items.map((item) => item.value);
    return this.place({ op: "list", items }, start, end, children);
  }

  private parseMap(depth: number): Node {
    const { start } = this.token;
    this.advance();
    const entries: { key: Node; value: Node; optional: boolean }[] = [];
    while (!this.is("}")) {
      const optional = this.accept("?");
      const key = this.parseExpression(depth + 1);
      this.expect(":", "between a key and its value");
      entries.push({ key, value: this.parseExpression(depth + 1), optional });
      if (!this.accept(",")) break;
    }
    const end = this.expect("}", "to close {");
    const children = entries.flatMap((entry) => [entry.key, entry.value]);
    return this.place({ op: "map", entries }, start, end, children);
  }

  private parseArguments(depth: number): readonly [args: readonly Node[], end: number] {
    this.advance();
    const args: Node[] = [];
    while (!this.is(")")) {
      args.push(this.parseExpression(depth + 1));
      if (!this.accept(",")) break;
    }
    return [args, this.expect(")", "to close (")];
  }

  private buildCall(
    name: string,
    args: readonly Node[],
    start: number,
    end: number,
    at = start,
  ): Node {
    const depth = heightOf(args);
    this.checkDepth(depth);
    const macro = buildMacro(this.source, name, args, { start, end, depth }, at);
    return macro ?? { op: "call", name, args, start, end, depth };
  }

  private literal(value: string | number | bigint | boolean | null): Node {
    const { start, end } = this.token;
    this.advance();
    return { op: "literal", value, start, end, depth: 1 };
  }

  private place<T extends object>(
    fields: T,
    start: number,
    end: number,
    children: readonly Node[],
  ): T & { start: number; end: number; depth: number } {
    const depth = heightOf(children);
    this.checkDepth(depth);
    return { ...fields, start, end, depth };
  }

  private checkDepth(depth: number): void {
    if (depth <= MAX_DEPTH) return;
    throw new ExpressionError(
      "expression-too-deep",
      this.source,
      `The expression nests deeper than ${MAX_DEPTH} levels`,
      { hint: "compute parts of it in set steps", at: this.token.start },
    );
  }

  private advance(): void {
    this.token = readToken(this.source, this.token.end);
  }

  private is(text: string): boolean {
    return this.token.kind === "punctuation" && this.token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  private expect(text: string, purpose: string): number {
    const { end } = this.token;
    if (!this.is(text))
      throw this.failure(`Expected ${JSON.stringify(text)} ${purpose}, found ${shown(this.token)}`);
    this.advance();
    return end;
  }

  private failure(problem: string, hint = ""): ExpressionError {
    const at = this.token.start;
    return new ExpressionError(
      "expression-syntax",
      this.source,
      `${problem}, at character ${at + 1}`,
      { hint, at },
    );
  }
}

function heightOf(children: readonly Node[]): number {
  let height = 0;
  for (const child of children) height = Math.max(height, child.depth);
  return height + 1;
}

function shown(token: Token): string {
  return token.kind === "end" ? "the end" : JSON.stringify(token.text);
}
