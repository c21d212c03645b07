/** What a path tells about a file: its language, whether it is a test, whether people wrote it. */
import { extname, basename } from "node:path/posix";

const BY_EXTENSION = {
  javascript: [".js", ".mjs", ".cjs", ".jsx"],
  typescript: [".ts", ".mts", ".cts", ".tsx"],
  python: [".py", ".pyi"],
  shell: [".sh", ".bash"],
  go: [".go"],
  java: [".java"],
  kotlin: [".kt", ".kts"],
  csharp: [".cs"],
  c: [".c", ".h"],
  cpp: [".cc", ".cpp", ".cxx", ".hpp"],
  rust: [".rs"],
  ruby: [".rb"],
  php: [".php"],
  swift: [".swift"],
  scala: [".scala"],
  sql: [".sql"],
  css: [".css", ".scss", ".less"],
  html: [".html", ".htm", ".vue", ".svelte"],
  json: [".json", ".jsonc"],
  yaml: [".yaml", ".yml"],
  toml: [".toml"],
  markdown: [".md", ".markdown"],
};

const LANGUAGE_OF = new Map(
  Object.entries(BY_EXTENSION).flatMap(([language, list]) =>
    list.map((extension) => [extension, language]),
  ),
);

const PROGRAMMING = new Set(
  [
    "javascript",
    "typescript",
    "python",
    "shell",
    "go",
    "java",
    "kotlin",
    "csharp",
    "c",
    "cpp",
  ].concat(["rust", "ruby", "php", "swift", "scala", "sql"]),
);

const PROGRAM_LANGUAGE = {
  node: "javascript",
  python: "python",
  sh: "shell",
  bash: "shell",
  dash: "shell",
  ruby: "ruby",
  php: "php",
};

const TEST_PATH = [
  /(^|\/)(tests?|__tests__|specs?|testdata|fixtures?|e2e)\//i,
  /[._-](test|spec)\.[a-z]+$/i,
  /(^|\/)test_[^/]+\.py$/,
  /(^|\/)[^/]+Tests?\.(java|kt|cs|swift|scala)$/,
];

const GENERATED_PATH = [
  /(^|\/)(node_modules|vendor|third_party|dist|build|out|coverage|__snapshots__)\//,
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|composer\.lock|Gemfile\.lock|uv\.lock)$/,
  /\.min\.(js|css)$/,
  /\.(map|snap|lock)$/,
  /[._](generated|pb)\.[a-z]+$/,
];

/** The facts about a path that the checks and the reviewer share. */
export function describePath(path) {
  const language = LANGUAGE_OF.get(extname(path).toLowerCase()) ?? wellKnown(basename(path));
  return {
    language,
    test: TEST_PATH.some((pattern) => pattern.test(path)),
    generated: GENERATED_PATH.some((pattern) => pattern.test(path)),
  };
}

/** The language that a script without an extension names in its first line, or undefined. */
export function languageOfScript(text) {
  const program = /^#!.*?([a-z]+)[0-9.]*\s*(?:-[^\n]*)?$/m.exec(
    text.slice(0, 200).split("\n", 1)[0],
  )?.[1];
  return PROGRAM_LANGUAGE[program];
}

/** True when files of this language hold logic, so tests and complexity mean something there. */
export function isProgramming(language) {
  return PROGRAMMING.has(language);
}

function wellKnown(name) {
  if (/^(Dockerfile|Containerfile)/.test(name)) return "docker";
  if (/^(GNUm|m|M)akefile$/.test(name)) return "make";
  return "other";
}
