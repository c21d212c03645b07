import { expect } from "vitest";

/** vitest types its asymmetric matchers as `any`; these are the same, typed as what a test may say about them. */
export const containing = (text: string): unknown => expect.stringContaining(text);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const anyOf = (type: new (...args: never[]) => unknown): unknown => expect.any(type);
