/** The kinds that do work, `run`, `call`, `agent` and `http`, and what every one of them shares. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { runDocument } from "../support/documents.ts";
import { startEngine, type Engine } from "../support/engine.ts";

const FUNCTIONS = resolve(import.meta.dirname, "../fixtures/functions/language.ts");
const once = { retry: { maximumAttempts: 1 } };

let engine: Engine;
let server: Server;
let url: string;
let asked: number;

beforeAll(async () => {
  engine = await startEngine({ name: "language-work", functions: [FUNCTIONS] });
  server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error)); // as: only for the log
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`; // as: a TCP server has such an address
});
afterAll(async () => {
  server.close();
  await engine.stop();
});

/** `/<status>` answers with that status and with what was sent; `/flaky` fails the first time it is asked. */
async function answer(
  ...[request, response]: Parameters<Parameters<typeof createServer>[1] & object>
): Promise<void> {
  asked += 1;
  const path = (request.url ?? "/").slice(1);
  const body = await text(request);
  const status = path === "flaky" ? (asked === 1 ? 503 : 200) : Number(path);
  const { method, headers } = request;
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(
    JSON.stringify({ method, body, type: headers["content-type"], token: headers["x-token"] }),
  );
}

describe("run", () => {
  it("gives exit code, both outputs, and JSON where the command printed JSON", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { run: `echo '{"n":1}'; echo oops >&2` } },
    });

    expect(ran.output).toEqual({
      it: { exitCode: 0, stdout: '{"n":1}\n', stderr: "oops\n", json: { n: 1 } },
    });
  });

  it("passes an argument list as it is, without a shell", async () => {
    const steps = { it: { run: ["printf", "%s|", "$HOME", "${{ input.name }}"] } };
    const ran = await runDocument(engine, { steps }, { name: "a b; echo c" });

    expect(ran.output).toMatchObject({ it: { stdout: "$HOME|a b; echo c|" } });
  });

  it("never lets a value become shell syntax", async () => {
    const steps = { it: { run: "echo got ${{ input.name }}" } };
    const ran = await runDocument(engine, { steps }, { name: "x; echo hacked $(id)" });

    expect(ran.output).toMatchObject({ it: { stdout: "got x; echo hacked $(id)\n" } });
  });

  it("gives `with` as JSON on stdin and `env` as variables", async () => {
    const steps = {
      it: {
        run: "cat; echo $MODE",
        with: { list: "${{ input }}" },
        env: { MODE: "${{ input[0] }}" },
      },
    };
    const ran = await runDocument(engine, { steps }, ["fast"]);

    expect(ran.output).toMatchObject({ it: { stdout: '{"list":["fast"]}\nfast\n' } });
  });

  it("fails with CommandFailed and the exit code for any other code than 0", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { run: "echo why >&2; exit 3", ...once } },
    });

    expect(ran.error).toMatchObject({
      type: "StepFailed",
      details: { step: "it", error: { type: "CommandFailed", details: { exitCode: 3 } } },
    });
    expect(ran.error?.message).toContain("why");
  });

  it("fails with CommandNotFound, at the first attempt, where there is no such program", async () => {
    const ran = await runDocument(engine, { steps: { it: { run: ["no-such-program-here"] } } });

    expect(ran.error?.details).toMatchObject({ error: { type: "CommandNotFound" } });
    expect(ran.steps["it"]?.attempts).toBe(1);
  });

  it("fails with TimedOut when its time is over", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { run: ["sleep", "60"], timeout: "300ms", ...once } },
    });

    expect(ran.error?.details).toMatchObject({ error: { type: "TimedOut" } });
  });

  it("is tried again as often as its policy says, and counts its attempts", async () => {
    const ran = await runDocument(engine, {
      steps: {
        it: {
          run: "echo x >> tries; test $(wc -l < tries) -eq 3",
          retry: { maximumAttempts: 5, initialInterval: "10ms" },
        },
      },
    });

    expect(ran.status).toBe("succeeded");
    expect(ran.steps["it"]?.attempts).toBe(3);
  });

  it("runs the same as a local activity", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { run: ["echo", "here"], dispatch: "local" } },
    });

    expect(ran.output).toMatchObject({ it: { stdout: "here\n" } });
  });
});

describe("call", () => {
  it("gives what the function returned for the input that `with` is", async () => {
    const steps = { it: { call: "double", with: { n: "${{ input }}" } } };

    expect((await runDocument(engine, { steps }, 21)).output).toEqual({ it: { n: 42 } });
  });

  it.each([
    ["HandlerInputInvalid", { call: "double", with: { n: "many" } }],
    ["HandlerOutputInvalid", { call: "liar" }],
    ["HandlerFailed", { call: "broken", ...once }],
    ["HandlerNotFound", { call: "nobody" }],
  ])("fails with %s for %j", async (type, it) => {
    const ran = await runDocument(engine, { steps: { it } });

    expect(ran.error).toMatchObject({ type: "StepFailed", details: { error: { type } } });
  });
});

describe("agent", () => {
  const shell = { handler: { command: ["sh", "-c", "cat"] } };

  it("gives a program its role, step, input and run as JSON on stdin", async () => {
    const ran = await runDocument(engine, {
      agents: { reader: shell },
      steps: { it: { agent: "reader", with: { file: "a.txt" } } },
    });

    expect(ran.output).toMatchObject({
      it: {
        role: "reader",
        step: "it",
        input: { file: "a.txt" },
        run: { workflowId: ran.handle.workflowId, attempt: 1 },
      },
    });
  });

  it("may be chosen by an expression, and fails with HandlerNotFound for an unknown role", async () => {
    const document = {
      agents: { one: shell, two: { handler: { function: "echo" } } },
      steps: { it: { agent: "${{ input }}", with: { n: 1 } } },
    };

    expect((await runDocument(engine, document, "two")).output).toEqual({ it: { n: 1 } });
    expect((await runDocument(engine, document, "three")).error?.details).toMatchObject({
      error: { type: "HandlerNotFound" },
    });
  });
});

describe("http", () => {
  const at = (path: string): string => `${url}/${path}`;

  it("asks with GET, and parses an answer that is JSON", async () => {
    asked = 0;
    const ran = await runDocument(engine, {
      steps: { it: { http: { url: at("200"), headers: { "x-token": "t" } } } },
    });

    expect(ran.output).toMatchObject({
      it: { status: 200, body: { method: "GET", token: "t", body: "" } },
    });
  });

  it("sends a body as JSON, with POST", async () => {
    const steps = { it: { http: { url: at("201"), body: { n: "${{ input }}" } } } };
    const ran = await runDocument(engine, { steps }, 5);

    expect(ran.output).toMatchObject({
      it: { status: 201, body: { method: "POST", body: '{"n":5}', type: "application/json" } },
    });
  });

  it("fails with HttpStatus outside 200-399, the response in its details", async () => {
    const ran = await runDocument(engine, { steps: { it: { http: { url: at("404") }, ...once } } });

    expect(ran.error?.details).toMatchObject({
      error: { type: "HttpStatus", details: { status: 404, body: { method: "GET" } } },
    });
  });

  it("accepts just the statuses that `expect` lists", async () => {
    const http = { url: at("404"), expect: ["200-299", 404] };
    const other = { url: at("301"), expect: "2xx" };

    expect((await runDocument(engine, { steps: { it: { http } } })).output).toMatchObject({
      it: { status: 404 },
    });
    const refused = await runDocument(engine, { steps: { it: { http: other, ...once } } });
    expect(refused.error?.details).toMatchObject({ error: { details: { status: 301 } } });
  });

  it("is tried again after a failed attempt", async () => {
    asked = 0;
    const ran = await runDocument(engine, {
      steps: {
        it: { http: { url: at("flaky") }, retry: { maximumAttempts: 2, initialInterval: "10ms" } },
      },
    });

    expect(ran.steps["it"]).toMatchObject({ status: "succeeded", attempts: 2 });
  });
});

describe("every kind", () => {
  it.each<[string, object]>([
    ["call", { call: "echo", with: { n: 1, rest: "long" } }],
    ["run", { run: ["echo", '{"n":1}'] }],
    ["set", { set: { n: 1 } }],
    ["group", { group: { steps: { inner: { set: { n: 1 } } } } }],
    ["emit", { emit: { type: "a.b", data: { n: 1 } } }],
  ])("%s has its output mapped, seeing the raw one as `output`", async (kind, body) => {
    const picked = { run: "json.n", group: "inner.n", emit: "data.n" }[kind] ?? "n";
    const ran = await runDocument(engine, {
      steps: { it: { ...body, output: { picked: `\${{ output.${picked} }}` } } },
    });

    expect(ran.output).toEqual({ it: { picked: 1 } });
  });

  const outputSchema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };

  it("fails with OutputInvalid where its output does not fit outputSchema", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { call: "echo", with: { n: "x" }, outputSchema } },
    });

    expect(ran.error?.details).toMatchObject({ error: { type: "OutputInvalid" } });
  });

  it.each([
    ["set", { set: { n: "x" } }],
    ["group", { group: { steps: { inner: { set: { n: 1 } } } } }],
  ])("fails with OutputInvalid where a %s does not fit outputSchema", async (_kind, body) => {
    const ran = await runDocument(engine, { steps: { it: { ...body, outputSchema } } });

    expect(ran.error?.details).toMatchObject({ error: { type: "OutputInvalid" } });
  });

  it("succeeds where the mapped output fits outputSchema", async () => {
    const ran = await runDocument(engine, {
      steps: { it: { call: "echo", with: { n: "1" }, output: { n: "${{ 1 }}" }, outputSchema } },
    });

    expect(ran.output).toEqual({ it: { n: 1 } });
  });
});
