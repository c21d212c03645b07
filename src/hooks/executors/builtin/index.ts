export { defineBuiltin, type Builtin, type BuiltinCall, type BuiltinHandler } from "./builtin.ts";
export { executeBuiltin } from "./execute.ts";
export { BUILTINS, findBuiltin } from "./library.ts";
