import { expect, test } from "vitest";
import { createLogger } from "../../../src/logger.ts";

function collect(
  format: "json" | "plain",
  level = "info",
): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const log = createLogger({ level, format, write: (line) => lines.push(line) });
  return { lines, log };
}

test("writes one JSON object per line for machines", () => {
  const { lines, log } = collect("json");

  log.info({ run: "r1" }, "run started");

  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: 30, run: "r1", msg: "run started" });
});

test("writes plain lines for a person, facts as key=value and an error with its stack", () => {
  const { lines, log } = collect("plain");

  log.warn({ run: "r1", note: "two words" }, "run is slow");
  log.error({ err: new Error("boom") }, "run failed");

  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}run is slow run=r1 note="two words"\n$/);
  expect(lines[1]).toContain("error run failed\n  Error: boom\n");
});

test("leaves out what is below its level", () => {
  const { lines, log } = collect("plain", "warn");

  log.info("unseen");

  expect(lines).toEqual([]);
});

test("never writes a password, a key or the database URL", () => {
  const { lines, log } = collect("json");

  log.info({ databaseUrl: "postgres://u:p@h/d", temporal: { apiKey: "k-123" } }, "settings");

  expect(lines[0]).not.toMatch(/postgres:|k-123/);
});
