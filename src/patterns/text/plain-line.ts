import type { JsonObject, JsonValue } from "../../core/index.ts";
import { pathKey } from "./offsets.ts";
import { NotPlain, plainOf, resolvePlain, unescapeDouble } from "./plain-scalars.ts";

const KEY = /[A-Za-z_][\w.-]{0,255}/y;
/** Leaves out what begins an alias, a tag, a quote or a comment, and what a collection is made of. */
const FLOW_PLAIN = /[A-Za-z0-9_./+(<=^\xa0-\uffff-][^\n,[\]{}]*/y;
const DEEPEST = 100;
/** A merge is none of the keys, and a prototype must not become one. */
const UNUSUAL_KEYS = new Set(["<<", "__proto__"]);
const LONGEST_KEY = 256;

/** Reads what stands on one line: keys, quoted text, flow collections. `parsePlainYaml` has the invariants. */
export class PlainLineReader {
  protected readonly text: string;
  protected at = 0;
  protected readonly path: (string | number)[] = [];
  readonly #offsets: Map<string, number> | undefined;

  constructor(text: string, offsets: Map<string, number> | undefined) {
    this.text = text;
    this.#offsets = offsets;
  }

  protected flowPlain(): JsonValue {
    FLOW_PLAIN.lastIndex = this.at;
    const text = FLOW_PLAIN.exec(this.text)?.[0];
    if (text === undefined || text.includes(" #")) throw new NotPlain();
    this.at += text.length;
    return plainOf(text);
  }

  /** A value inside a collection, a collection, or quoted text. */
  protected flow(): JsonValue {
    switch (this.text.charAt(this.at)) {
      case "{":
        return this.flowMapping();
      case "[":
        return this.flowList();
      case '"':
      case "'":
        return this.quoted();
      default:
        return this.flowPlain();
    }
  }

  protected flowMapping(): JsonObject {
    const found: Record<string, JsonValue> = {};
    if (this.opensEmpty("}")) return found;
    do {
      const start = this.skipBlanks();
      const key = this.key();
      if (Object.hasOwn(found, key) || this.text.charAt(this.at) !== " ") throw new NotPlain();
      this.enter(key, start);
      this.skipBlanks();
      found[key] = this.flow();
      this.path.pop();
    } while (this.continues("}"));
    return found;
  }

  protected flowList(): readonly JsonValue[] {
    const found: JsonValue[] = [];
    if (this.opensEmpty("]")) return found;
    do {
      this.enter(found.length, this.skipBlanks());
      found.push(this.flow());
      this.path.pop();
    } while (this.continues("]"));
    return found;
  }

  /** Steps over the opening bracket and, when nothing is inside, over the closing one. */
  protected opensEmpty(close: string): boolean {
    this.at += 1;
    if (this.text.charAt(this.skipBlanks()) !== close) return false;
    this.at += 1;
    return true;
  }

  protected continues(close: string): boolean {
    const character = this.text.charAt(this.skipBlanks());
    if (character !== close && character !== ",") throw new NotPlain();
    this.at += 1;
    return character === ",";
  }

  protected quoted(): string {
    const quote = this.text.charAt(this.at);
    const from = this.at + 1;
    let end = this.text.indexOf(quote, from);
    while (end >= 0 && this.isInside(quote, from, end)) {
      end = this.text.indexOf(quote, end + (quote === "'" ? 2 : 1));
    }
    const inner = end < 0 ? "\n" : this.text.slice(from, end);
    if (inner.includes("\n")) throw new NotPlain();
    this.at = end + 1;
    const value = quote === "'" ? inner.replaceAll("''", "'") : unescapeDouble(inner);
    if (value === undefined) throw new NotPlain();
    return value;
  }

  /** Whether a quotation mark belongs to the text: doubled, or behind an odd number of backslashes. */
  protected isInside(quote: string, from: number, at: number): boolean {
    if (quote === "'") return this.text.charAt(at + 1) === "'";
    let backslashes = 0;
    while (at - 1 - backslashes >= from && this.text.charAt(at - 1 - backslashes) === "\\")
      backslashes += 1;
    return backslashes % 2 === 1;
  }

  /** Reads a key and its colon. */
  protected key(): string {
    const first = this.text.charAt(this.at);
    const key = first === '"' || first === "'" ? this.quoted() : this.plainKey();
    if (!this.isColon(this.at) || UNUSUAL_KEYS.has(key) || key.length > LONGEST_KEY)
      throw new NotPlain();
    this.at += 1;
    return key;
  }

  private plainKey(): string {
    KEY.lastIndex = this.at;
    const key = KEY.exec(this.text)?.[0];
    if (key === undefined || resolvePlain(key) !== key) throw new NotPlain();
    this.at += key.length;
    return key;
  }

  /** A colon with something behind it that makes it one. */
  private isColon(at: number): boolean {
    const next = this.text.charAt(at + 1);
    return this.text.charAt(at) === ":" && (next === " " || next === "\n");
  }

  protected isKey(): boolean {
    const from = this.at;
    const first = this.text.charAt(from);
    if (first === '"' || first === "'") {
      this.quoted();
      const isKey = this.text.charAt(this.at) === ":";
      this.at = from;
      return isKey;
    }
    KEY.lastIndex = from;
    const key = KEY.exec(this.text)?.[0];
    return key !== undefined && this.isColon(from + key.length);
  }

  protected isItem(): boolean {
    if (this.text.charAt(this.at) !== "-") return false;
    const next = this.text.charAt(this.at + 1);
    return next === " " || next === "\n" || next === "";
  }

  protected skipBlanks(): number {
    while (this.text.charCodeAt(this.at) === 32) this.at += 1;
    return this.at;
  }

  protected blanksFrom(from: number): number {
    let at = from;
    while (this.text.charCodeAt(at) === 32) at += 1;
    return at - from;
  }

  protected enter(part: string | number, offset: number | undefined): void {
    this.path.push(part);
    if (this.path.length > DEEPEST) throw new NotPlain();
    if (offset !== undefined) this.note(offset);
  }

  protected note(offset: number): void {
    this.#offsets?.set(pathKey(this.path), offset);
  }
}
