/** A worker: answers one question of its team. Ask a model here; this one counts letters, and gives up on riddles. */
import { json } from "node:stream/consumers";

const { input } = await json(process.stdin);
const { area, question } = input.task;
if (question.startsWith("Riddle")) {
  process.stderr.write(`Nobody knows: ${question}\n`);
  process.exitCode = 1;
} else {
  const letters = [...question].filter((character) => /\p{Letter}/u.test(character)).length;
  process.stdout.write(JSON.stringify({ area, question, letters }));
}
