import { InvalidArgumentError } from "commander";

/** A whole number above zero, as an option's value. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError("Expected a whole number above zero.");
  }
  return count;
}
