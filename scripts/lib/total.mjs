/** Prints the sum as the last line of stdout, where machines look for it, and sets the exit code. */
export function printTotal(results) {
  const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
  const failed = sum("failed");
  process.exitCode = failed === 0 ? 0 : 1;
  console.log(`${sum("passed")} passed, ${failed} failed, ${sum("skipped")} skipped`);
}
