/** Plays the service. Put the real call here, or make the step `call` an `http` step. */
import { json } from "node:stream/consumers";

const { request, service } = await json(process.stdin);
if (service === "down") {
  process.stderr.write("503 Service Unavailable\n");
  process.exitCode = 1;
} else {
  process.stdout.write(JSON.stringify({ request, answer: "fresh" }));
}
