export {
  loadHookFiles,
  permittedHooks,
  runsUntrusted,
  trustOf,
  type LoadedHookFile,
  type LoadedHookFiles,
  type TrustState,
} from "./load-hook-files.ts";
export { readJsonText } from "./json-text.ts";
export type { HookFolders } from "./places.ts";
export { findSharedFile } from "./read-texts.ts";
