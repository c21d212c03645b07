// A persistent hook that lets everything pass.
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

appendFileSync(process.env.PIDS, `${process.pid}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const { id } = JSON.parse(line);
  console.log(JSON.stringify({ id, output: { outcome: "continue" } }));
}
