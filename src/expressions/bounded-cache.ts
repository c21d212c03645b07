const MAX_ENTRIES = 60_000;
const MAX_CHARACTERS = 4_000_000;

/**
 * Results by the text they were computed from. Bounded by characters as well as by count, because a text may be long; forgets
 * everything when it is full. For pure results only: they are shared between runs.
 */
export class BoundedCache<T> {
  readonly #entries = new Map<string, T>();
  #characters = 0;

  get(text: string): T | undefined {
    return this.#entries.get(text);
  }

  keep(text: string, result: T): T {
    if (this.#entries.size >= MAX_ENTRIES || this.#characters + text.length > MAX_CHARACTERS) {
      this.#entries.clear();
      this.#characters = 0;
    }
    this.#entries.set(text, result);
    this.#characters += text.length;
    return result;
  }
}
