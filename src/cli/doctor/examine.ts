import { HeddleError, messageOf } from "../../core/index.ts";
import type { Check, Probe } from "./check.ts";

/** Runs the probes in order. What depends on a broken link is not asked, and says so. */
export async function examine(
  probes: readonly Probe[],
  options: { readonly fix: boolean; readonly report: (line: string) => void },
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const probe of probes) {
    const broken = probe.after.find((name) => checks.some((one) => one.name === name && !one.ok));
    checks.push(broken === undefined ? await ask(probe, options) : blocked(probe.name, broken));
  }
  return checks;
}

async function ask(
  probe: Probe,
  options: { readonly fix: boolean; readonly report: (line: string) => void },
): Promise<Check> {
  const first = await lookSafely(probe);
  if (first.ok || !options.fix || probe.fix === undefined) return first;
  try {
    options.report(await probe.fix());
  } catch (thrown) {
    return toCheck(probe.name, thrown);
  }
  return lookSafely(probe);
}

async function lookSafely(probe: Probe): Promise<Check> {
  try {
    return { name: probe.name, ...(await probe.look()) };
  } catch (thrown) {
    return toCheck(probe.name, thrown);
  }
}

function toCheck(name: string, thrown: unknown): Check {
  const remedy = thrown instanceof HeddleError ? thrown.hint : undefined;
  return {
    name,
    ok: false,
    message: messageOf(thrown),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function blocked(name: string, broken: string): Check {
  return { name, ok: false, message: `cannot be checked without: ${broken}` };
}

export function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .flatMap(({ name, ok, message, remedy }) => [
      `${ok ? "✔" : "✖"} ${name.padEnd(width)}  ${message}`,
      ...(remedy === undefined
        ? []
        : [`  ${" ".repeat(width)}  -> ${remedy.replaceAll("\n", " ")}`]),
    ])
    .join("\n");
}
