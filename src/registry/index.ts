export type {
  ExecutionFilter,
  HookExecution,
  NewPattern,
  PatternFilter,
  PatternStatistics,
  PatternStatus,
  Registry,
  StoredPattern,
} from "./registry.ts";
