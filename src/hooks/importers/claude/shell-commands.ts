/** The simple commands of a shell command line, as far as they can be told without running it. */
export interface ShellCommands {
  /** Each without leading assignments; those inside `$()` and backticks included. */
  readonly commands: readonly string[];
  /** Contains `$()`, backticks or `$VAR`: what really runs is known only at run time. */
  readonly isDynamic: boolean;
  /** A quote, substitution or group that never ends. */
  readonly isBroken: boolean;
}

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*\+?=(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])*\s+/;

/**
 * Splits a command line at `&&`, `||`, `;`, `|`, `&`, line ends and parentheses outside quotes. Not a shell: it only
 * needs to see what a permission rule talks about, and says when it cannot.
 */
export function splitShellCommands(line: string): ShellCommands {
  const found: string[] = [];
  const work: string[] = [line];
  let isDynamic = false;
  let isBroken = false;
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const scan = scanLine(next);
    found.push(...scan.commands);
    work.push(...scan.inner);
    isDynamic ||= scan.isDynamic;
    isBroken ||= scan.isBroken;
  }
  const commands = found.map(dropAssignments).filter((command) => command !== "");
  return { commands, isDynamic, isBroken };
}

interface Scan {
  readonly commands: string[];
  readonly inner: string[];
  isDynamic: boolean;
  isBroken: boolean;
  /** The open quote, and where the current command begins. */
  quote: string | undefined;
  start: number;
}

function scanLine(line: string): Scan {
  const scan: Scan = {
    commands: [],
    inner: [],
    isDynamic: false,
    isBroken: false,
    quote: undefined,
    start: 0,
  };
  let at = 0;
  while (at < line.length) at = readCharacter(line, at, scan);
  scan.commands.push(line.slice(scan.start));
  scan.isBroken ||= scan.quote !== undefined;
  return scan;
}

/** Takes one character or one expansion; gives the place after it. */
function readCharacter(line: string, at: number, scan: Scan): number {
  const character = line[at] ?? "";
  const isLiteral = scan.quote === "'";
  if (character === "\\" && !isLiteral) return at + 2;
  if ((character === "$" || character === "`") && !isLiteral) return readExpansion(line, at, scan);
  if (character === '"' || character === "'") readQuote(character, scan);
  else if (scan.quote === undefined && isSeparator(line, at)) {
    scan.commands.push(line.slice(scan.start, at));
    scan.start = at + 1;
  }
  return at + 1;
}

function readQuote(character: string, scan: Scan): void {
  if (scan.quote === undefined) scan.quote = character;
  else if (scan.quote === character) scan.quote = undefined;
}

/** `>&2`, `&>file` and `2>&1` are redirections, not ends of a command. */
function isSeparator(line: string, at: number): boolean {
  const character = line[at] ?? "";
  if (character === "&")
    return line[at - 1] !== ">" && line[at - 1] !== "<" && line[at + 1] !== ">";
  return (
    ";|\n(){}".includes(character) &&
    !(character === "{" && !isBlank(line[at + 1])) &&
    !(character === "}" && !isCommandStart(line, at))
  );
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || /\s/.test(character);
}

/** A closing brace ends a group only where a command could begin. */
function isCommandStart(line: string, at: number): boolean {
  return /(?:^|[;&|\n])\s*$/.test(line.slice(Math.max(0, at - 200), at));
}

function readExpansion(line: string, at: number, scan: Scan): number {
  if (line[at] === "`") {
    scan.isDynamic = true;
    const end = line.indexOf("`", at + 1);
    if (end < 0) scan.isBroken = true;
    else scan.inner.push(line.slice(at + 1, end));
    return end < 0 ? line.length : end + 1;
  }
  const next = line[at + 1] ?? "";
  if (next !== "(") {
    if (/[A-Za-z0-9_{@*#?!$-]/.test(next)) scan.isDynamic = true;
    return at + 1;
  }
  scan.isDynamic = true;
  const end = closingParenthesis(line, at + 1);
  if (end === undefined) {
    scan.isBroken = true;
    return line.length;
  }
  scan.inner.push(line.slice(at + 2, end));
  return end + 1;
}

function closingParenthesis(line: string, open: number): number | undefined {
  let depth = 0;
  let quote: string | undefined;
  for (let at = open; at < line.length; at += 1) {
    const character = line[at];
    if (character === "\\" && quote !== "'") at += 1;
    else if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return undefined;
}

/** What may stand before a command without being one. */
const KEYWORDS = /^(?:(?:if|then|elif|else|while|until|do|time|!)\s+)+/;

function dropAssignments(command: string): string {
  let rest = command.trim().replace(KEYWORDS, "");
  for (
    let found = ASSIGNMENT.exec(`${rest} `);
    found !== null;
    found = ASSIGNMENT.exec(`${rest} `)
  ) {
    rest = rest.slice(found[0].length).trim();
    if (rest === "") return "";
  }
  return rest;
}
