import type { TextPart } from "../../expressions/index.ts";

/** A shell command in which every expression has become a reference to an environment variable. */
export interface ShellCommand {
  readonly shell: string;
  /** Variable -> source of the expression whose value it holds. */
  readonly env: ReadonlyMap<string, string>;
  readonly problems: readonly ShellProblem[];
}

export interface ShellProblem {
  readonly message: string;
  readonly hint: string;
  /** Offset of the expression in the command. */
  readonly offset: number;
}

export const VARIABLE = "HEDDLE_VALUE_";

/**
 * What the shell makes of the text at one place.
 * - `plain`: words, also inside `( )`, `$( )` and backquotes
 * - `double`, `single`, `ansi`: inside "...", '...' and $'...'
 * - `braces`: inside `${...}`, quoted as its surroundings
 * - `arithmetic`: inside `$(( ))`
 */
type Context =
  | { readonly kind: "plain"; readonly close: string }
  | { readonly kind: "double" | "single" | "ansi" }
  | { readonly kind: "braces"; readonly isQuoted: boolean }
  | { readonly kind: "arithmetic"; depth: number }
  | { readonly kind: "comment" }
  | {
      readonly kind: "heredoc";
      readonly end: string;
      readonly isQuoted: boolean;
      readonly strip: boolean;
    };

/**
 * Puts the values of expressions into a shell command without ever letting one become syntax: the command only refers to
 * environment variables, quoted as their place needs it, and the shell does not parse what a variable holds.
 */
export function compileShell(parts: readonly TextPart[]): ShellCommand {
  const scanner = new ShellScanner();
  const env = new Map<string, string>();
  const problems: ShellProblem[] = [];
  const out: string[] = [];
  for (const part of parts) {
    if ("text" in part) {
      scanner.read(part.text);
      out.push(part.text);
      continue;
    }
    const variable = `${VARIABLE}${env.size}`;
    const problem = scanner.problem();
    if (problem !== undefined) problems.push({ ...problem, offset: part.start });
    env.set(variable, scanner.isArithmetic() ? wholeNumber(part.source) : part.source);
    out.push(scanner.quote(`\${${variable}}`));
    scanner.skip();
  }
  return { shell: out.join(""), env, problems };
}

/**
 * The shell evaluates what it finds in arithmetic, and bash even runs commands from it; a whole number is all that may
 * get there. The line break ends a comment that the source may end with.
 */
function wholeNumber(source: string): string {
  return `int(${source}\n)`;
}

class ShellScanner {
  private readonly stack: Context[] = [{ kind: "plain", close: "" }];
  private readonly heredocs: { end: string; isQuoted: boolean; strip: boolean }[] = [];
  /** The last character, to know where words begin. */
  private previous = "\n";
  private isEscaped = false;
  private line = "";

  isArithmetic(): boolean {
    return this.top().kind === "arithmetic";
  }

  /** Why an expression cannot stand here. */
  problem(): Omit<ShellProblem, "offset"> | undefined {
    const top = this.top();
    if (this.isEscaped)
      return {
        message: "A backslash right before ${{ would escape the value's quotes",
        hint: "remove the backslash, or write $${{ for the text ${{",
      };
    if (top.kind === "heredoc" && top.isQuoted)
      return {
        message: `The here-document ${JSON.stringify(top.end)} is quoted, so the shell puts no values into it`,
        hint: "leave the quotes around its delimiter away, or pass the value with `with` on stdin",
      };
    return undefined;
  }

  /** How a reference to a variable is written here, so that its value stays one word. */
  quote(reference: string): string {
    const top = this.top();
    switch (top.kind) {
      case "plain":
        return `"${reference}"`;
      case "single":
        return `'"${reference}"'`;
      case "ansi":
        return `'"${reference}"$'`;
      case "braces":
        return top.isQuoted ? reference : `"${reference}"`;
      case "double":
      case "arithmetic":
      case "comment":
      case "heredoc":
        return reference;
    }
  }

  /** Goes past a value: it is part of a word. */
  skip(): void {
    this.previous = "v";
    this.isEscaped = false;
    this.line += "v";
  }

  read(text: string): void {
    let at = 0;
    while (at < text.length) {
      const length = this.step(text, at);
      this.previous = text.charAt(at + length - 1);
      at += length;
    }
  }

  private top(): Context {
    return this.stack.at(-1) ?? { kind: "plain", close: "" };
  }

  /** Reads one character, or a few that belong together; gives how many. */
  private step(text: string, at: number): number {
    const character = text.charAt(at);
    const top = this.top();
    if (top.kind === "heredoc") return this.stepHeredoc(top, character);
    if (top.kind === "comment") {
      if (character === "\n") this.stack.pop();
      return character === "\n" ? this.stepNewline() : 1;
    }
    if (this.isEscaped) {
      this.isEscaped = false;
      return 1;
    }
    if (top.kind === "single") {
      if (character === "'") this.stack.pop();
      return 1;
    }
    if (character === "\\") {
      this.isEscaped = true;
      return 1;
    }
    if (top.kind === "ansi") {
      if (character === "'") this.stack.pop();
      return 1;
    }
    return this.stepActive(text, at, top);
  }

  /** Where the shell expands: plain words, double quotes, braces, arithmetic. */
  private stepActive(text: string, at: number, top: Context): number {
    const character = text.charAt(at);
    if (character === "$") return this.stepDollar(text, at, top);
    if (character === "`") return this.stepBackquote();
    if (top.kind === "arithmetic") return this.stepArithmetic(top, character);
    const close = top.kind === "double" ? '"' : top.kind === "braces" ? "}" : "";
    if (character === close) {
      this.stack.pop();
      return 1;
    }
    if (top.kind !== "double" && this.openQuote(character, top)) return 1;
    return top.kind === "plain" ? this.stepPlain(text, at, top) : 1;
  }

  private openQuote(character: string, top: Context): boolean {
    const isQuotedBraces = top.kind === "braces" && top.isQuoted;
    if (character === '"') this.stack.push({ kind: "double" });
    else if (character === "'" && !isQuotedBraces) this.stack.push({ kind: "single" });
    else return false;
    return true;
  }

  private stepDollar(text: string, at: number, top: Context): number {
    const isQuoted = top.kind === "double" || (top.kind === "braces" && top.isQuoted);
    if (text.startsWith("$((", at)) {
      this.stack.push({ kind: "arithmetic", depth: 2 });
      return 3;
    }
    if (text.startsWith("$(", at)) {
      this.stack.push({ kind: "plain", close: ")" });
      return 2;
    }
    if (text.startsWith("${", at)) {
      this.stack.push({ kind: "braces", isQuoted });
      return 2;
    }
    if (text.startsWith("$'", at) && !isQuoted) {
      this.stack.push({ kind: "ansi" });
      return 2;
    }
    return 1;
  }

  private stepBackquote(): number {
    const open = this.stack.findLastIndex((one) => one.kind === "plain" && one.close === "`");
    if (open >= 0) this.stack.length = open;
    else this.stack.push({ kind: "plain", close: "`" });
    return 1;
  }

  private stepArithmetic(top: Extract<Context, { kind: "arithmetic" }>, character: string): number {
    if (character === "(") top.depth += 1;
    if (character !== ")") return 1;
    top.depth -= 1;
    if (top.depth === 0) this.stack.pop();
    return 1;
  }

  private stepPlain(text: string, at: number, top: Extract<Context, { kind: "plain" }>): number {
    const character = text.charAt(at);
    if (character === "\n") return this.stepNewline();
    if (character === "#" && /[\s;|&()`]/.test(this.previous)) {
      this.stack.push({ kind: "comment" });
      return 1;
    }
    if (character === "(") this.stack.push({ kind: "plain", close: ")" });
    else if (character === ")" && top.close === ")") this.stack.pop();
    else if (text.startsWith("<<", at) && text.charAt(at + 2) !== "<")
      return this.openHeredoc(text, at);
    else if (text.startsWith("<<<", at)) return 3;
    return 1;
  }

  /** `<<END`, `<<-END`, `<<'END'`: the text begins on the next line. */
  private openHeredoc(text: string, at: number): number {
    const found = /^<<(-?)[ \t]*(?:'([^'\n]{1,64})'|"([^"\n]{1,64})"|(\\?)([\w.-]{1,64}))/.exec(
      text.slice(at, at + 160),
    );
    if (found === null) return 2;
    const [whole, dash, single, double, backslash, word] = found;
    const isQuoted = single !== undefined || double !== undefined || backslash === "\\";
    this.heredocs.push({ end: single ?? double ?? word ?? "", isQuoted, strip: dash === "-" });
    return whole.length;
  }

  private stepNewline(): number {
    const next = this.heredocs.shift();
    this.line = "";
    if (next !== undefined) this.stack.push({ kind: "heredoc", ...next });
    return 1;
  }

  private stepHeredoc(top: Extract<Context, { kind: "heredoc" }>, character: string): number {
    if (character !== "\n") {
      this.isEscaped = character === "\\" && !this.isEscaped && !top.isQuoted;
      this.line += character;
      return 1;
    }
    this.isEscaped = false;
    const line = top.strip ? this.line.replace(/^\t+/, "") : this.line;
    this.line = "";
    if (line !== top.end) return 1;
    this.stack.pop();
    return this.stepNewline();
  }
}
