import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../walk.ts";
import { createLineTable, type Position } from "./lines.ts";
import { createOffsetLocator } from "./offsets.ts";
import type { ParsedText } from "./parsed-text.ts";
import { PlainLineReader } from "./plain-line.ts";
import { NotPlain, plainOf } from "./plain-scalars.ts";

/**
 * Reads the part of YAML that nearly every pattern keeps to: block mappings and lists, flow collections on one line, scalars
 * on one line, literal blocks, comments. The library builds a node with its blanks and comments for everything, which takes
 * ten times as long; it stays the judge of all the rest.
 *
 * Invariants:
 * 1. Whatever is not certainly the same to the library gives undefined: anchors, tags, merge keys, several documents,
 *    tabs, text over several lines, doubled keys and every mistake.
 * 2. What is read equals what the library reads, and stands where the library says it stands.
 */
export function parsePlainYaml(text: string): ParsedText | undefined {
  const reader = new PlainReader(text, undefined);
  const value = reader.read();
  if (value === undefined) return undefined;
  const positionAt = createLineTable(text);
  const offsetOf = createOffsetLocator(() => {
    const offsets = new Map<string, number>();
    new PlainReader(text, offsets).read();
    return offsets;
  }, reader.firstKeyAt);
  const positionOf = (path: DocumentPath): Position => positionAt(offsetOf(path));
  return { value, problems: [], positionAt, positionOf };
}

const UNUSUAL_CHARACTER =
  /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const UNUSUAL_LINE = /^(?:---|\.\.\.|%)/m;
/** Leaves out what begins an alias, a tag, a quote, a collection or a comment. */
const BLOCK_PLAIN = /[A-Za-z0-9_./$+(<=^\xa0-\uffff-][^\n]*/y;
const LITERAL = /\|(-?)\n/y;
const END_OF_LINE = / *(?: #[^\n]*)?(?:\n|$)/y;

class PlainReader extends PlainLineReader {
  /** Where the document itself begins, comments aside. */
  firstKeyAt = 0;
  /** Column of the content at `at`, where a line begins there; -1 at the end of the text. */
  private column = 0;

  read(): JsonObject | undefined {
    if (UNUSUAL_CHARACTER.test(this.text) || UNUSUAL_LINE.test(this.text)) return undefined;
    try {
      this.nextLine();
      if (this.column !== 0) return undefined;
      this.firstKeyAt = this.at;
      const value = this.mapping(0);
      return this.isOver() ? value : undefined;
    } catch (error) {
      if (error instanceof NotPlain) return undefined;
      throw error;
    }
  }

  private isOver(): boolean {
    return this.column === -1;
  }

  /** Goes to the next line with content; `at` is the beginning of a line. */
  private nextLine(): void {
    for (;;) {
      const start = this.at;
      while (this.text.charCodeAt(this.at) === 32) this.at += 1;
      const character = this.text.charAt(this.at);
      if (character === "") {
        this.column = -1;
        return;
      }
      if (character !== "\n" && character !== "#") {
        this.column = this.at - start;
        return;
      }
      const end = this.text.indexOf("\n", this.at);
      this.at = end < 0 ? this.text.length : end + 1;
    }
  }

  /** A mapping whose keys stand at `column`; `at` is its first key. */
  private mapping(column: number): JsonObject {
    const found: Record<string, JsonValue> = {};
    do {
      const start = this.at;
      const key = this.key();
      if (Object.hasOwn(found, key)) throw new NotPlain();
      this.enter(key, start);
      found[key] = this.blockValue(column, true);
      this.path.pop();
    } while (this.column === column && !this.isItem());
    if (this.column > column) throw new NotPlain();
    return found;
  }

  /** A list whose dashes stand at `column`; `at` is its first dash. */
  private list(column: number): readonly JsonValue[] {
    const found: JsonValue[] = [];
    do {
      this.at += 1;
      this.enter(found.length, undefined);
      found.push(this.item(column));
      this.path.pop();
    } while (this.column === column && this.isItem());
    if (this.column > column) throw new NotPlain();
    return found;
  }

  private item(column: number): JsonValue {
    const dash = this.at;
    while (this.text.charCodeAt(this.at) === 32) this.at += 1;
    const inner = column + 1 + this.at - dash;
    if (inner === column + 1) throw new NotPlain();
    this.note(this.at);
    if (this.isItem()) return this.list(inner);
    return this.isKey() ? this.mapping(inner) : this.blockValue(column, false);
  }

  /** What follows a key or a dash of `column`; afterwards `at` is the content of a later line. */
  private blockValue(column: number, ofKey: boolean): JsonValue {
    if (ofKey && this.endLine()) return this.belowKey(column);
    const start = this.text.charAt(this.skipBlanks());
    if (start === "|") return this.literal(column);
    const value =
      start === "{" || start === "[" || start === '"' || start === "'"
        ? this.flow()
        : this.blockPlain();
    if (!this.endLine()) throw new NotPlain();
    // More indented: the text goes on.
    if (this.column > column) throw new NotPlain();
    return value;
  }

  private belowKey(column: number): JsonValue {
    if (this.column === column && this.isItem()) return this.list(column);
    if (this.column <= column) return null;
    if (this.isItem()) return this.list(this.column);
    if (!this.isKey()) throw new NotPlain();
    return this.mapping(this.column);
  }

  private blockPlain(): JsonValue {
    BLOCK_PLAIN.lastIndex = this.at;
    const text = BLOCK_PLAIN.exec(this.text)?.[0];
    if (text === undefined) throw new NotPlain();
    const comment = text.indexOf(" #");
    const written = comment < 0 ? text : text.slice(0, comment);
    this.at += written.length;
    return plainOf(written);
  }

  /** A literal block below a key or dash of `column`. */
  private literal(column: number): string {
    LITERAL.lastIndex = this.at;
    const head = LITERAL.exec(this.text);
    if (head === null) throw new NotPlain();
    this.at += head[0].length;
    const indent = this.blanksFrom(this.at);
    if (indent <= column) throw new NotPlain();
    const lines = this.literalLines(indent);
    while (lines.at(-1) === "") lines.pop();
    this.nextLine();
    if (this.column > column) throw new NotPlain();
    return lines.join("\n") + (head[1] === "-" ? "" : "\n");
  }

  private literalLines(indent: number): string[] {
    const lines: string[] = [];
    while (this.at < this.text.length) {
      const blanks = this.blanksFrom(this.at);
      const end = this.text.indexOf("\n", this.at);
      if (end < 0) throw new NotPlain();
      const isEmpty = end === this.at + blanks;
      if (!isEmpty && blanks < indent) break;
      if (isEmpty && (blanks > 0 || lines.length === 0)) throw new NotPlain();
      lines.push(isEmpty ? "" : this.text.slice(this.at + indent, end));
      this.at = end + 1;
    }
    return lines;
  }

  /** Goes on to the next content when nothing but a comment follows on this line. */
  private endLine(): boolean {
    END_OF_LINE.lastIndex = this.at;
    const rest = END_OF_LINE.exec(this.text)?.[0];
    if (rest === undefined) return false;
    this.at += rest.length;
    this.nextLine();
    return true;
  }
}
