/**
 * The workflow module: the only door of the sandbox. The default export runs every workflow type that has no export of
 * its own, so a pattern's name is its workflow type. Names exported here are on the wire.
 */
export { runPattern as default } from "./run-pattern.ts";
export { heddleLock } from "./lock.ts";
export { heddleSession } from "./session.ts";
