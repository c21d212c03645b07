import { type DestinationStream, pino, type Logger } from "pino";
import type { JsonObject, JsonValue } from "./core/index.ts";

export type { Logger };

export interface LoggerOptions {
  readonly level: string;
  /** `json` for machines, `plain` for a person at a terminal. */
  readonly format: "json" | "plain";
  /** Where lines go; stderr, because stdout belongs to results. */
  readonly write?: (line: string) => void;
}

/** Values that must not be written even when somebody logs the object that holds them. */
const SECRET_PATHS = [
  "password",
  "apiKey",
  "databaseUrl",
  "*.password",
  "*.apiKey",
  "*.databaseUrl",
];

/** The log of everything outside Temporal's sandbox. Message constant, facts as fields. */
export function createLogger({ level, format, write = writeToStderr }: LoggerOptions): Logger {
  const destination: DestinationStream = {
    write:
      format === "json"
        ? write
        : (line) => {
            write(toPlainLine(line));
          },
  };
  return pino({ level, redact: { paths: SECRET_PATHS, censor: "***" }, base: null }, destination);
}

function writeToStderr(line: string): void {
  process.stderr.write(line);
}

const LABELS: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

/** `12:31:07.102 info  message key=value`, with the stack of an error below. */
function toPlainLine(line: string): string {
  // pino made this line: it is always one JSON object with these fields.
  const { level, time, msg, err, ...facts } = JSON.parse(line) as JsonObject;
  const clock = new Date(Number(time)).toISOString().slice(11, 23);
  const label = (LABELS[Number(level)] ?? "log").padEnd(5);
  const fields = Object.entries(facts).map(([key, value]) => `${key}=${show(value)}`);
  const head = [clock, label, ...(typeof msg === "string" ? [msg] : []), ...fields].join(" ");
  return `${head}\n${stackOf(err)}`;
}

function show(value: JsonValue | undefined): string {
  return typeof value === "string" && !/[\s"=]/.test(value) ? value : JSON.stringify(value);
}

function stackOf(error: JsonValue | undefined): string {
  if (typeof error !== "object" || error === null || !("stack" in error)) return "";
  return typeof error["stack"] === "string" ? `  ${error["stack"].replaceAll("\n", "\n  ")}\n` : "";
}
