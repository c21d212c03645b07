// A persistent hook that does what its request asks for, good or bad.
import { appendFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

let served = 0;
if (process.env.PIDS) appendFileSync(process.env.PIDS, `${process.pid}\n`);
const answer = (id, output) => console.log(JSON.stringify({ id, output }));

for await (const line of createInterface({ input: process.stdin })) {
  const { id, input, cwd, env } = JSON.parse(line);
  served += 1;
  switch (input.do) {
    case "crash":
      process.stderr.write("about to fall over\n");
      process.exit(3);
      break;
    case "hang":
      break;
    case "half":
      console.log('{"id": "');
      break;
    case "stranger":
      answer("somebody else", 1);
      break;
    case "flood":
      for (;;)
        if (!process.stdout.write("x".repeat(65536)))
          await new Promise((r) => process.stdout.once("drain", r));
      break;
    case "large":
      answer(id, "x".repeat(10 * 1024 * 1024));
      break;
    case "children":
      for (let at = 0; at < 24; at += 1) {
        const child = spawn("sleep", ["600"], { stdio: ["ignore", "inherit", "inherit"] });
        appendFileSync(process.env.PIDS, `${child.pid}\n`);
      }
      break;
    case "error":
      console.log(JSON.stringify({ id, error: { type: "Mine", message: "not today" } }));
      break;
    case "chatter":
      console.log("thinking ...");
      answer(id, { pid: process.pid });
      break;
    default:
      answer(id, { pid: process.pid, served, cwd, env, word: process.env.WORD, echo: input });
  }
}
