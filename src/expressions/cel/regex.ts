import { err, ok, type Result } from "../../core/index.ts";
import { CLASSES, isInSet, type CharacterSet } from "./regex-sets.ts";
import { parseRegex, type Assertion, type Regex } from "./regex-syntax.ts";

/**
 * A regular expression that takes time in proportion to pattern times text, whatever both are: all states that could be
 * active are followed at once, and none is ever tried twice at one place (Thompson's construction, no backtracking).
 * RE2 itself would be a third of the whole workflow bundle; expressions only ask whether there is a match.
 */
export interface LinearRegex {
  /** `pay` is told of the work before it is done, and may throw. */
  test(text: string, pay: (work: number) => void): boolean;
}

type Instruction =
  | { readonly op: "set"; readonly set: CharacterSet; readonly next: number }
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "assert"; readonly kind: Assertion; readonly next: number }
  | { readonly op: "match" };

const MAX_INSTRUCTIONS = 4000;

/** Compiles a pattern, or says what about it is not supported. */
export function compileRegex(pattern: string): Result<LinearRegex, string> {
  const parsed = parseRegex(pattern);
  if (!parsed.ok) return parsed;
  const program: Instruction[] = [{ op: "match" }];
  const start = emit(program, parsed.value, 0);
  if (start === undefined) return err("it repeats too much");
  return ok({ test: (text, pay) => run(program, start, text, pay) });
}

/** Adds the instructions of `regex` that go on at `next`; gives the first of them. Recursion is bounded by the groups. */
function emit(program: Instruction[], regex: Regex, next: number): number | undefined {
  if (program.length > MAX_INSTRUCTIONS) return undefined;
  switch (regex.op) {
    case "set":
      return push(program, { op: "set", set: regex.set, next });
    case "assert":
      return push(program, { op: "assert", kind: regex.kind, next });
    case "sequence":
      return regex.items.reduceRight<number | undefined>(
        (after, item) => (after === undefined ? undefined : emit(program, item, after)),
        next,
      );
    case "choice":
      return emitChoice(program, regex.items, next);
    case "repeat":
      return emitRepeat(program, regex, next);
  }
}

function emitChoice(
  program: Instruction[],
  items: readonly Regex[],
  next: number,
): number | undefined {
  let start: number | undefined;
  for (const item of items) {
    const first = emit(program, item, next);
    if (first === undefined) return undefined;
    start = start === undefined ? first : push(program, { op: "split", first, second: start });
  }
  return start;
}

function emitRepeat(
  program: Instruction[],
  { item, least, most }: Extract<Regex, { op: "repeat" }>,
  next: number,
): number | undefined {
  let start: number | undefined = next;
  if (most === Infinity) {
    const loop: Instruction = { op: "split", first: next, second: next };
    start = push(program, loop);
    const body = emit(program, item, start);
    if (body === undefined) return undefined;
    loop.first = body;
  }
  for (let count = least; count < most && most !== Infinity; count += 1) {
    const body: number | undefined = emit(program, item, start);
    if (body === undefined) return undefined;
    start = push(program, { op: "split", first: body, second: next });
  }
  for (let count = 0; count < least; count += 1) {
    start = emit(program, item, start);
    if (start === undefined) return undefined;
  }
  return start;
}

function push(program: Instruction[], instruction: Instruction): number {
  return program.push(instruction) - 1;
}

function run(
  program: readonly Instruction[],
  start: number,
  text: string,
  pay: (work: number) => void,
): boolean {
  const closure = new Closure(program);
  let states: number[] = [];
  let at = 0;
  let before = -1;
  for (;;) {
    const code = text.codePointAt(at) ?? -1;
    // A match may begin at every place, so the start is always active.
    states.push(start);
    const sets = closure.of(states, before, code, at === 0);
    if (sets === undefined) return true;
    if (code < 0) return false;
    pay(1 + closure.visited / 4);
    states = [];
    for (const { set, next } of sets) if (isInSet(set, code)) states.push(next);
    before = code;
    at += code > 0xffff ? 2 : 1;
  }
}

interface ActiveSet {
  readonly set: CharacterSet;
  readonly next: number;
}

/** Finds the states that can be reached without reading a character, each once. */
class Closure {
  visited = 0;
  private readonly program: readonly Instruction[];
  /** The round in which each state was last seen: cheaper than a new set at every character. */
  private readonly seen: Uint32Array;
  private round = 0;

  constructor(program: readonly Instruction[]) {
    this.program = program;
    this.seen = new Uint32Array(program.length);
  }

  /** The sets that may read the next character; undefined when the match is among the states. */
  of(
    states: number[],
    before: number,
    after: number,
    isStart: boolean,
  ): readonly ActiveSet[] | undefined {
    const sets: ActiveSet[] = [];
    this.round += 1;
    this.visited = 0;
    for (let state = states.pop(); state !== undefined; state = states.pop()) {
      if (this.seen[state] === this.round) continue;
      this.seen[state] = this.round;
      this.visited += 1;
      const instruction = this.program[state];
      if (instruction === undefined || instruction.op === "match") return undefined;
      if (instruction.op === "set") sets.push(instruction);
      else if (instruction.op === "split") states.push(instruction.first, instruction.second);
      else if (holds(instruction.kind, before, after, isStart)) states.push(instruction.next);
    }
    return sets;
  }
}

const NEWLINE = 10;

function holds(kind: Assertion, before: number, after: number, isStart: boolean): boolean {
  switch (kind) {
    case "start":
      return isStart;
    case "end":
      return after < 0;
    case "lineStart":
      return isStart || before === NEWLINE;
    case "lineEnd":
      return after < 0 || after === NEWLINE;
    case "word":
      return isWord(before) !== isWord(after);
    case "notWord":
      return isWord(before) === isWord(after);
  }
}

function isWord(code: number): boolean {
  return code >= 0 && isInSet(CLASSES.word, code);
}
