export { createWarmPool } from "./warm-pool.ts";
export { executePersistent } from "./persistent-handler.ts";
