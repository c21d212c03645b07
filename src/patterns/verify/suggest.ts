import { nearest } from "../../core/index.ts";

/** How many wrong names of one document get a suggestion: a thousand of them are no slips of the finger. */
const MOST = 100;

/** Appends ` Did you mean "x"?` to a hint, when a known name is near. */
export type Suggest = (wrong: string) => string;

export function createSuggest(candidates: Iterable<string>): Suggest {
  const known = [...candidates];
  let asked = 0;
  return (wrong) => {
    asked += 1;
    const best = asked > MOST ? undefined : nearest(wrong, known);
    return best === undefined ? "" : ` Did you mean "${best}"?`;
  };
}
