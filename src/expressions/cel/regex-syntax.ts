import { err, ok, type Result } from "../../core/index.ts";
import { CLASSES, type CharacterSet } from "./regex-sets.ts";

export type Assertion = "start" | "end" | "lineStart" | "lineEnd" | "word" | "notWord";

/** A regular expression without captures. */
export type Regex =
  | { readonly op: "set"; readonly set: CharacterSet }
  | { readonly op: "sequence"; readonly items: readonly Regex[] }
  | { readonly op: "choice"; readonly items: readonly Regex[] }
  | { readonly op: "repeat"; readonly item: Regex; readonly least: number; readonly most: number }
  | { readonly op: "assert"; readonly kind: Assertion };

const MAX_REPEAT = 1000;
const MAX_GROUPS = 100;

class UnsupportedPattern extends Error {}

/** Parses RE2 syntax, as far as it can be matched without captures. */
export function parseRegex(pattern: string): Result<Regex, string> {
  try {
    return ok(new RegexParser(pattern).parse());
  } catch (error) {
    if (error instanceof UnsupportedPattern) return err(error.message);
    throw error;
  }
}

class RegexParser {
  private readonly text: readonly string[];
  private at = 0;
  private groups = 0;
  private ignoreCase = false;
  private dotAll = false;
  private multiline = false;

  constructor(pattern: string) {
    this.text = Array.from(pattern);
  }

  parse(): Regex {
    this.readFlags();
    const regex = this.parseChoice();
    if (this.at < this.text.length) throw new UnsupportedPattern("a ) without its (");
    return regex;
  }

  /** Flags for the whole pattern, as in `(?i)abc`. */
  private readFlags(): void {
    const head = /^\(\?([ims]+)\)/.exec(this.text.slice(0, 8).join(""));
    if (head === null) return;
    this.at = head[0].length;
    this.ignoreCase = head[1]?.includes("i") ?? false;
    this.dotAll = head[1]?.includes("s") ?? false;
    this.multiline = head[1]?.includes("m") ?? false;
  }

  private parseChoice(): Regex {
    const items = [this.parseSequence()];
    while (this.accept("|")) items.push(this.parseSequence());
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { op: "choice", items };
  }

  private parseSequence(): Regex {
    const items: Regex[] = [];
    for (let next = this.peek(); next !== "" && next !== "|" && next !== ")"; next = this.peek())
      items.push(this.parseRepeat(this.parseAtom()));
    return { op: "sequence", items };
  }

  private parseRepeat(item: Regex): Regex {
    const counts = this.readQuantifier();
    if (counts === undefined) return item;
    // Lazy or greedy makes no difference to whether there is a match.
    this.accept("?");
    if (this.readQuantifier() !== undefined)
      throw new UnsupportedPattern("two repetitions in a row");
    const [least, most] = counts;
    if (least > most || least > MAX_REPEAT || (most > MAX_REPEAT && most !== Infinity))
      throw new UnsupportedPattern(`a repetition outside 0 to ${MAX_REPEAT}`);
    return { op: "repeat", item, least, most };
  }

  private readQuantifier(): readonly [least: number, most: number] | undefined {
    if (this.accept("*")) return [0, Infinity];
    if (this.accept("+")) return [1, Infinity];
    if (this.accept("?")) return [0, 1];
    if (this.peek() !== "{") return undefined;
    const rest = this.text.slice(this.at, this.at + 12).join("");
    const counts = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(rest);
    if (counts === null) return undefined;
    this.at += counts[0].length;
    const least = Number(counts[1]);
    if (counts[2] === undefined) return [least, least];
    return [least, counts[3] === undefined ? Infinity : Number(counts[3])];
  }

  private parseAtom(): Regex {
    const character = this.next();
    switch (character) {
      case "(":
        return this.parseGroup();
      case "[":
        return { op: "set", set: this.parseClass() };
      case ".":
        return { op: "set", set: this.dotAll ? CLASSES.any : CLASSES.notNewline };
      case "^":
        return { op: "assert", kind: this.multiline ? "lineStart" : "start" };
      case "$":
        return { op: "assert", kind: this.multiline ? "lineEnd" : "end" };
      case "\\":
        return this.parseEscape();
      default:
        if ("*+?".includes(character))
          throw new UnsupportedPattern(`nothing to repeat before ${character}`);
        return { op: "set", set: this.single(character) };
    }
  }

  private parseGroup(): Regex {
    this.groups += 1;
    if (this.groups > MAX_GROUPS) throw new UnsupportedPattern(`more than ${MAX_GROUPS} groups`);
    if (this.accept("?")) {
      const rest = this.text.slice(this.at, this.at + 64).join("");
      const head = /^(?::|P?<[A-Za-z_]\w{0,50}>)/.exec(rest);
      if (head === null)
        throw new UnsupportedPattern(`a group that begins with (?${rest.slice(0, 1)}`);
      this.at += head[0].length;
    }
    const inner = this.parseChoice();
    if (!this.accept(")")) throw new UnsupportedPattern("a ( without its )");
    return inner;
  }

  private parseEscape(): Regex {
    const letter = this.peek();
    const assertions: Readonly<Record<string, Assertion>> = {
      A: "start",
      z: "end",
      b: "word",
      B: "notWord",
    };
    const kind = Object.hasOwn(assertions, letter) ? assertions[letter] : undefined;
    if (kind !== undefined) {
      this.at += 1;
      return { op: "assert", kind };
    }
    return { op: "set", set: this.readEscapedSet() };
  }

  private readEscapedSet(): CharacterSet {
    const letter = this.next();
    const named: Readonly<Record<string, CharacterSet>> = {
      d: CLASSES.digit,
      D: CLASSES.notDigit,
      w: CLASSES.word,
      W: CLASSES.notWord,
      s: CLASSES.space,
      S: CLASSES.notSpace,
    };
    const set = Object.hasOwn(named, letter) ? named[letter] : undefined;
    return set ?? this.single(this.escapedCharacter(letter));
  }

  private escapedCharacter(letter: string): string {
    const control: Readonly<Record<string, string>> = {
      n: "\n",
      t: "\t",
      r: "\r",
      f: "\f",
      v: "\v",
      a: "\x07",
    };
    if (letter === "x") return this.readHex();
    const character = Object.hasOwn(control, letter) ? control[letter] : undefined;
    if (character !== undefined) return character;
    if (letter === "" || /[A-Za-z0-9]/.test(letter))
      throw new UnsupportedPattern(`the escape \\${letter}`);
    return letter;
  }

  private readHex(): string {
    const rest = this.text.slice(this.at, this.at + 10).join("");
    const found = /^(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2}))/.exec(rest);
    const code = Number.parseInt(found?.[1] ?? found?.[2] ?? "", 16);
    if (found === null || code > 0x10ffff) throw new UnsupportedPattern("an incomplete \\x");
    this.at += found[0].length;
    return String.fromCodePoint(code);
  }

  private parseClass(): CharacterSet {
    const negated = this.accept("^");
    const ranges: (readonly [number, number])[] = [];
    let isFirst = true;
    while (isFirst || this.peek() !== "]") {
      if (this.peek() === "") throw new UnsupportedPattern("a [ without its ]");
      if (this.peek() === "[" && this.text[this.at + 1] === ":")
        throw new UnsupportedPattern("a class such as [:alpha:]");
      isFirst = false;
      const low = this.readClassItem();
      if (low.ranges.length !== 1 || this.peek() !== "-" || this.text[this.at + 1] === "]") {
        ranges.push(...low.ranges);
        continue;
      }
      this.at += 1;
      ranges.push(this.readRange(low, this.readClassItem()));
    }
    this.at += 1;
    return { ranges, negated, ignoreCase: this.ignoreCase };
  }

  private readRange(low: CharacterSet, high: CharacterSet): readonly [number, number] {
    const from = low.ranges[0]?.[0] ?? 0;
    const to = high.ranges.length === 1 ? (high.ranges[0]?.[1] ?? -1) : -1;
    if (to < from) throw new UnsupportedPattern("a range that ends before it begins");
    return [from, to];
  }

  /** One character of a class, or a named set without its own negation. */
  private readClassItem(): CharacterSet {
    if (this.peek() !== "\\") return this.single(this.next());
    this.at += 1;
    const set = this.readEscapedSet();
    if (set.negated) throw new UnsupportedPattern("a negated set inside [ ]");
    return set;
  }

  private single(character: string): CharacterSet {
    const code = character.codePointAt(0) ?? 0;
    return { ranges: [[code, code]], negated: false, ignoreCase: this.ignoreCase };
  }

  private peek(): string {
    return this.text[this.at] ?? "";
  }

  private next(): string {
    const character = this.peek();
    this.at += 1;
    return character;
  }

  private accept(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }
}
