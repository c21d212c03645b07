/** Secrets are named by who writes a pattern, never by who runs it. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { runDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

const SECRET = "correct-horse-battery-staple";

let engine: Engine;
let server: Server;
let seen: IncomingHttpHeaders = {};
beforeAll(async () => {
  engine = await startEngine({
    name: "secrets",
    env: { PATH: process.env["PATH"] ?? "", HEDDLE_SECRET_TOKEN: SECRET },
  });
  server = createServer((request, response) => {
    seen = request.headers;
    response.end("ok");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  await engine.stop();
  server.close();
});

/** Tells of each variable what it is, without showing it: what is shown would be redacted. */
const SAY = `for name in WRITTEN GIVEN; do
  eval value=\\$$name
  if [ "$value" = "${SECRET}" ]; then echo "$name secret"; else echo "$name $value"; fi
done`;

describe("a text that names a secret", () => {
  it.each(["activity", "local"])(
    "is replaced where the pattern says it, and is a text where an expression gives it (%s)",
    async (dispatch) => {
      const say = {
        run: ["sh", "-c", SAY],
        env: { WRITTEN: "secrets.TOKEN", GIVEN: "${{ input.who }}" },
        output: "${{ output.stdout }}",
        dispatch,
      };
      const { output } = await runDocument(
        engine,
        { steps: { first: say, then: { ...say, needs: ["first"] } } },
        { who: "secrets.TOKEN" },
      );

      expect(output).toEqual({ then: "WRITTEN secret\nGIVEN secrets.TOKEN\n" });
    },
  );

  it("is so in headers, too, where a scheme may stand before it", async () => {
    const { port } = server.address() as AddressInfo; // as: it listens on TCP
    const url = `http://127.0.0.1:${String(port)}/`;
    const headers = { Authorization: "Bearer secrets.TOKEN", "x-who": "${{ input.who }}" };
    const http = { url, headers };
    const ran = await runDocument(engine, { steps: { ask: { http } } }, { who: "secrets.TOKEN" });

    expect(ran.status).toBe("succeeded");
    expect(seen).toMatchObject({ authorization: `Bearer ${SECRET}`, "x-who": "secrets.TOKEN" });
  });

  it("is replaced in a request without any expression", async () => {
    const { port } = server.address() as AddressInfo; // as: it listens on TCP
    const http = {
      url: `http://127.0.0.1:${String(port)}/`,
      headers: { "X-Key": "secrets.TOKEN" },
    };
    await runDocument(engine, { steps: { ask: { http } } });

    expect(seen["x-key"]).toBe(SECRET);
  });
});
