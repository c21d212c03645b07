declare const TYPES: unique symbol;

/**
 * What something takes and gives, for the compiler only: no value of this ever exists. It lives here because functions
 * and patterns carry it, and their rooms do not know each other.
 */
export interface Typed<Accepted, Given> {
  readonly [TYPES]?: { readonly accepts: Accepted; readonly gives: Given };
}
