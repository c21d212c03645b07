export { instantiatePattern, type Instantiated } from "./instantiate.ts";
export { type GivenValue } from "./values.ts";
export { renamePattern, toYaml } from "./write.ts";
