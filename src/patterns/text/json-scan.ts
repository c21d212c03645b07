import type { DocumentPath } from "../walk.ts";
import { MAX_DEPTH } from "./check-json.ts";
import { pathKey } from "./offsets.ts";

export interface ScannedJson {
  /** Where every key and list item stands, by `pathKey`. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly duplicates: readonly { readonly path: DocumentPath; readonly offset: number }[];
}

/**
 * Walks valid JSON once: finds equal keys, and where things stand. Iterative, and much faster than a parser that builds
 * nodes.
 */
export function scanJson(text: string, withOffsets: boolean): ScannedJson {
  return new JsonScanner(text, withOffsets).scan();
}

interface Level {
  /** Absent for a list. */
  readonly keys: Set<string> | undefined;
  part: string | number;
}

class JsonScanner {
  private readonly text: string;
  private readonly withOffsets: boolean;
  private readonly offsets = new Map<string, number>();
  private readonly duplicates: { path: DocumentPath; offset: number }[] = [];
  private readonly levels: Level[] = [];
  private expectsKey = false;

  constructor(text: string, withOffsets: boolean) {
    this.text = text;
    this.withOffsets = withOffsets;
  }

  scan(): ScannedJson {
    let at = 0;
    while (at < this.text.length) at = this.step(at);
    return { offsets: this.offsets, duplicates: this.duplicates };
  }

  /** Reads what begins at `at`; gives where it ends. */
  private step(at: number): number {
    const character = this.text.charAt(at);
    switch (character) {
      case '"':
        return this.stepString(at);
      case "{":
      case "[":
        this.noteItem(at);
        this.levels.push({ keys: character === "{" ? new Set() : undefined, part: 0 });
        this.expectsKey = character === "{";
        return at + 1;
      case "}":
      case "]":
        this.levels.pop();
        this.expectsKey = false;
        return at + 1;
      case ",":
        this.stepComma();
        return at + 1;
      case ":":
      case " ":
      case "\t":
      case "\r":
      case "\n":
        return at + 1;
      default:
        this.noteItem(at);
        return this.endOfScalar(at);
    }
  }

  private stepString(at: number): number {
    const end = this.endOfString(at);
    const level = this.levels.at(-1);
    if (!this.expectsKey || level?.keys === undefined) {
      this.noteItem(at);
      return end;
    }
    const key = JSON.parse(this.text.slice(at, end)) as string; // as: it is a JSON string
    level.part = key;
    if (level.keys.has(key))
      this.duplicates.push({ path: this.path().slice(0, MAX_DEPTH), offset: at });
    level.keys.add(key);
    this.note(at);
    this.expectsKey = false;
    return end;
  }

  private stepComma(): void {
    const level = this.levels.at(-1);
    if (level !== undefined && typeof level.part === "number" && level.keys === undefined)
      level.part += 1;
    this.expectsKey = level?.keys !== undefined;
  }

  /** Items of a list stand for themselves; a value of a mapping stands at its key. */
  private noteItem(at: number): void {
    const level = this.levels.at(-1);
    if (level !== undefined && level.keys === undefined) this.note(at);
  }

  private note(at: number): void {
    // Nothing deeper is ever asked for, and writing out ever longer paths would take quadratic time.
    if (this.withOffsets && this.levels.length <= MAX_DEPTH + 1)
      this.offsets.set(pathKey(this.path()), at);
  }

  private path(): DocumentPath {
    return this.levels.map(({ part }) => part);
  }

  private endOfString(start: number): number {
    let end = this.text.indexOf('"', start + 1);
    while (end >= 0 && this.isEscaped(end)) end = this.text.indexOf('"', end + 1);
    return end < 0 ? this.text.length : end + 1;
  }

  private isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.text.charAt(at - 1 - backslashes) === "\\") backslashes += 1;
    return backslashes % 2 === 1;
  }

  private endOfScalar(start: number): number {
    let end = start;
    while (end < this.text.length && !",]} \t\r\n".includes(this.text.charAt(end))) end += 1;
    return end;
  }
}
