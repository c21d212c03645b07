export { createWarmPool, type WarmPool, type WarmPoolOptions } from "./warm-pool.ts";
export { executePersistent } from "./persistent-handler.ts";
