/**
 * The walls between rooms: one entry per room says what it may import. Anything that is not named
 * here is refused, so a new arrow in the architecture is a visible change of this file.
 *
 * `src`  = rooms it may import (regular expressions after `src/`); its own room is always allowed
 * `types` = may be imported with `import type` only
 * `npm`  = packages, `node` = whether Node's own modules are allowed
 */
const HOOKS = "hooks/[^/]+\\.ts$"; // the pure half of the hooks room
const IMPORTERS = "hooks/importers/";
const EXECUTORS = "hooks/executors/";
const FILES = "hooks/files/"; // the organisation's, the user's and the project's hook files
const rooms = {
  core: { path: "core/", src: [], npm: ["@noble/hashes"] },
  expressions: { path: "expressions/", src: ["core/"], npm: [] },
  hooks: {
    path: "hooks/([^/]+\\.ts$|importers/)",
    src: ["core/", "expressions/"],
    npm: ["zod", "re2js"],
  },
  patterns: {
    path: "patterns/",
    src: ["core/", "expressions/", HOOKS],
    npm: ["zod", "yaml", "semver", "ajv", "@viz-js/viz"],
  },
  contract: {
    path: "activities/contract\\.ts$",
    src: [],
    types: ["core/", "expressions/", "patterns/", HOOKS, "workflows/messages\\.ts$"],
    npm: [],
  },
  workflows: {
    path: "workflows/(?!interpreter/)",
    src: [
      "workflows/interpreter/",
      "core/",
      "expressions/",
      "patterns/plan",
      HOOKS,
      "activities/contract\\.ts$",
    ],
    types: ["patterns/"],
    npm: ["@temporalio/workflow", "@temporalio/common"],
  },
  interpreter: {
    path: "workflows/interpreter/",
    src: [
      "workflows/messages\\.ts$",
      "core/",
      "expressions/",
      "patterns/plan",
      HOOKS,
      "activities/contract\\.ts$",
    ],
    types: ["patterns/"],
    npm: [],
  },
  registry: {
    path: "registry/",
    src: ["core/", "patterns/", HOOKS],
    npm: ["pg", "node-pg-migrate", "semver", "zod"],
    node: true,
  },
  events: {
    path: "events/",
    src: ["core/", "patterns/", HOOKS],
    types: ["registry/"],
    npm: ["pg", "zod", "picomatch"],
    node: true,
  },
  executors: {
    path: EXECUTORS,
    src: ["core/", HOOKS, IMPORTERS],
    npm: ["@modelcontextprotocol/sdk", "execa", "zod", "ajv", "picomatch", "tinyglobby"],
    node: true,
  },
  hookFiles: {
    path: FILES,
    src: ["core/", HOOKS, IMPORTERS],
    npm: ["yaml"],
    node: true,
  },
  activities: {
    path: "activities/(?!contract\\.ts$)",
    src: [
      "activities/contract\\.ts$",
      "core/",
      "expressions/",
      "patterns/",
      HOOKS,
      IMPORTERS,
      EXECUTORS,
      FILES,
    ],
    types: ["registry/", "events/"],
    npm: ["@temporalio/activity", "@temporalio/common", "execa", "ajv", "zod", "semver"],
    node: true,
  },
  client: {
    path: "client/",
    src: ["core/", "workflows/messages\\.ts$"],
    types: ["patterns/", "activities/contract"],
    npm: ["@temporalio/client", "@temporalio/common"],
    node: true,
  },
  devstack: {
    path: "devstack/",
    // The messages file has no imports at run time: it is the list of wire names.
    src: ["core/", "workflows/messages\\.ts$", "config\\.ts$", "logger\\.ts$"],
    npm: ["@temporalio/client", "execa", "get-port", "pg", "zod"],
    node: true,
  },
  config: {
    path: "config\\.ts$",
    src: ["core/"],
    npm: ["@temporalio/envconfig", "@temporalio/client", "yaml", "zod", "tsx"],
    node: true,
  },
  logger: { path: "logger\\.ts$", src: ["core/"], npm: ["pino"], node: true },
  cli: {
    path: "cli/",
    src: [
      "core/",
      "patterns/",
      HOOKS,
      IMPORTERS,
      EXECUTORS,
      FILES,
      "registry/",
      "events/",
      "client/",
      "devstack/",
      "config\\.ts$",
      "logger\\.ts$",
      "worker\\.ts$",
    ],
    npm: [
      "@temporalio/client",
      "@temporalio/worker",
      "commander",
      "log-update",
      "pg",
      "tsx",
      "yaml",
      "zod",
    ],
    node: true,
  },
};

const anyOf = (paths) => (paths.length === 0 ? ["^$"] : paths);
const inSrc = (path) => `^src/${path}`;
const packagePath = (name) => `node_modules/${name}/`;
const NPM = ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-bundled", "npm-no-pkg"];

function wallsOf(name, room) {
  const from = { path: inSrc(room.path) };
  const open = [inSrc(room.path), ...room.src.map(inSrc)];
  const typesOnly = (room.types ?? []).map(inSrc);
  const rules = [
    {
      name: `${name}-imports-a-closed-room`,
      severity: "error",
      comment: `The room "${name}" may import from src only: ${room.src.join(" ") || "nothing"}`,
      from,
      to: { path: "^src/", pathNot: [...open, ...typesOnly] },
    },
    {
      name: `${name}-imports-a-closed-package`,
      severity: "error",
      comment: `The room "${name}" may import the packages: ${room.npm.join(" ") || "none"}`,
      from,
      to: { dependencyTypes: NPM, pathNot: anyOf(room.npm.map(packagePath)) },
    },
  ];
  if (typesOnly.length > 0) {
    rules.push({
      name: `${name}-imports-more-than-types`,
      severity: "error",
      comment: `The room "${name}" may import only types from: ${room.types.join(" ")}`,
      from,
      to: { path: typesOnly, pathNot: open, dependencyTypesNot: ["type-only"] },
    });
  }
  if (room.node !== true) {
    rules.push({
      name: `${name}-imports-node`,
      severity: "error",
      comment: `The room "${name}" runs where Node's modules do not exist`,
      from,
      to: { dependencyTypes: ["core"] },
    });
  }
  return rules;
}

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(rooms).flatMap(([name, room]) => wallsOf(name, room)),
    {
      name: "no-cycles",
      severity: "error",
      comment: "Two files that need each other are one idea, or hide a third.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphans",
      severity: "error",
      comment: "A file that nothing imports and that imports nothing is dead.",
      from: { orphan: true, path: "^src/", pathNot: ["^src/index\\.ts$", "^src/core/"] },
      to: {},
    },
    {
      name: "only-main-starts-the-cli",
      severity: "error",
      comment: "The CLI is a root: nothing else may depend on it.",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "src-knows-no-tests",
      severity: "error",
      comment: "What ships must not need what does not ship.",
      from: { path: "^src/" },
      to: { path: "^(test|bench|examples|scripts)/" },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      comment: "An import that resolves to nothing fails at run time.",
      from: { path: "^src/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
