/** Parsers for the syntax check, each told by the file's language. None runs what it reads. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, extname } from "node:path/posix";
import { join } from "node:path";

const TIMEOUT_MS = 20_000;
const PYTHON_PROGRAM = "import ast, sys; ast.parse(sys.stdin.buffer.read(), 'input')";
// Tools that read these files allow comments and trailing commas in them.
const COMMENTED_JSON =
  /(^|\/)(tsconfig|jsconfig|\.eslintrc|devcontainer)[^/]*\.json$|(^|\/)\.vscode\/|\.jsonc$/;

/** The parsers that can be had on this machine: `knows(file)`, `parse(file, text)` -> `{}`, `{ error }` or `{ skipped }`. */
export function createParsers() {
  const typescript = once(loadTypescript);
  const table = {
    json: (file, text) => parseJson(file, text),
    javascript: (file, text) => parseJavascript(file, text, typescript),
    typescript: (file, text) => parseTypescript(file, text, typescript),
    python: (_file, text) => parsePython(text),
    shell: (_file, text) => parseShell(text),
  };
  return {
    knows: (file) => Object.hasOwn(table, file.language),
    parse: (file, text) => table[file.language](file, text),
  };
}

function parseJson(file, text) {
  if (COMMENTED_JSON.test(file.path)) return { skipped: "JSON with comments is not checked" };
  try {
    JSON.parse(text);
    return {};
  } catch (error) {
    const position = /position (\d+)/.exec(error.message)?.[1];
    const line =
      position === undefined ? undefined : text.slice(0, Number(position)).split("\n").length;
    return { error: { line, message: oneLine(error.message) } };
  }
}

/** `node --check`, as a module or as a script; any other name may be either, so it fails only when it is neither. */
function parseJavascript(file, text, typescript) {
  const extension = extname(file.path);
  if (extension === ".jsx") return parseTypescript(file, text, typescript);
  if (extension === ".mjs" || extension === ".cjs") return nodeCheck(text, extension);
  const asModule = nodeCheck(text, ".mjs");
  if (asModule.error === undefined) return asModule;
  const asScript = nodeCheck(text, ".cjs");
  if (asScript.error === undefined) return asScript;
  return /^\s*(import|export)\b/m.test(text) ? asModule : asScript;
}

function nodeCheck(text, extension) {
  const folder = mkdtempSync(join(tmpdir(), "change-review-"));
  try {
    const path = join(folder, `file${extension}`);
    writeFileSync(path, text);
    const { status, stderr } = run(process.execPath, ["--check", path]);
    if (status === 0) return {};
    const line = /file\.[cm]js:(\d+)/.exec(stderr)?.[1];
    const message = /^\w*Error: (.*)$/m.exec(stderr)?.[1] ?? "invalid syntax";
    return { error: { line: line === undefined ? undefined : Number(line), message } };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Looked for beside this example, never in the reviewed repository: that would run its code.
function loadTypescript() {
  try {
    return createRequire(import.meta.url)("typescript");
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

function parseTypescript(file, text, typescript) {
  const ts = typescript();
  if (ts?.transpileModule === undefined)
    return { skipped: "the package typescript is not installed beside this example" };
  const jsx = /\.[jt]sx$/.test(file.path) ? ts.JsxEmit.Preserve : undefined;
  const compilerOptions = {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    ...(jsx && { jsx }),
  };
  const { diagnostics } = ts.transpileModule(text, {
    fileName: basename(file.path),
    reportDiagnostics: true,
    compilerOptions,
  });
  const first = diagnostics.find(
    (diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error,
  );
  if (first === undefined) return {};
  const line = first.file?.getLineAndCharacterOfPosition(first.start ?? 0).line;
  const message = oneLine(ts.flattenDiagnosticMessageText(first.messageText, " ")).replace(
    /\.$/,
    "",
  );
  return { error: { line: line === undefined ? undefined : line + 1, message } };
}

function parsePython(text) {
  const { status, stderr, missing } = run("python3", ["-I", "-c", PYTHON_PROGRAM], text);
  if (missing) return { skipped: "python3 is not installed" };
  if (status === 0) return {};
  const line = [...stderr.matchAll(/File "input", line (\d+)/g)].at(-1)?.[1];
  const message = /^\w*Error: (.*?)( \(input, line \d+\))?$/m.exec(stderr)?.[1] ?? "invalid syntax";
  return { error: { line: line === undefined ? undefined : Number(line), message } };
}

function parseShell(text) {
  if (/^#!.*\b(zsh|fish|tcsh|csh|ksh)\b/.test(text)) return { skipped: "no parser for this shell" };
  const { status, stderr, missing } = run("bash", ["--norc", "-n", "-s"], text);
  if (missing) return { skipped: "bash is not installed" };
  if (status === 0) return {};
  const [, line, message] = /line (\d+): (.*)$/m.exec(stderr) ?? [];
  return {
    error: {
      line: line === undefined ? undefined : Number(line),
      message: message ?? "invalid syntax",
    },
  };
}

function run(program, args, input = "") {
  const options = {
    input,
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    env: { PATH: process.env.PATH, LC_ALL: "C" },
  };
  const { status, stderr, error } = spawnSync(program, args, options);
  if (error !== undefined && error.code !== "ENOENT" && error.code !== "EPIPE") throw error;
  return { status, stderr: stderr ?? "", missing: error?.code === "ENOENT" };
}

function once(make) {
  let made;
  return () => (made ??= { value: make() }).value;
}

function oneLine(message) {
  return message.replace(/\s+/g, " ");
}
