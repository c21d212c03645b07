// Handlers of every kind answer in one form, and the heddle protocol reads a decision out of it.
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";

import {
  createFunctionRegistry,
  defineHandler,
  executeHandler,
  readHookReply,
  sendRequest,
  verifyHookRequest,
  type HandlerReply,
} from "../../../src/hooks/executors/index.ts";
import { signatureHeaders } from "../../../src/hooks/executors/http-signature.ts";
import type { Handler } from "../../../src/hooks/index.ts";
import { freshFolder, handlerContext, readWhenWritten } from "./fixtures.ts";

async function ask(handler: Handler, ...context: Parameters<typeof handlerContext>) {
  return readHookReply(
    await executeHandler(handler, { event: 1 }, await handlerContext(...context)),
  );
}

const decided = (outcome: object) => ({ kind: "decided", outcome });

describe("a command hook of the heddle protocol", () => {
  it.each<[string, string, object]>([
    ["nothing on stdout means continue", "true", { outcome: "continue" }],
    ["plain text is a message", "echo test", { outcome: "continue", message: "test" }],
    ["a number is a message", "echo 5", { outcome: "continue", message: "5" }],
    ["an empty object means continue", "echo '{}'", { outcome: "continue" }],
    ["D1: continue is said outright", `echo '{"outcome":"continue"}'`, { outcome: "continue" }],
    [
      "D1: an outcome is taken as it is, with what accompanies it",
      `echo '{"outcome":"modify","input":{"a":1},"state":{"k":2},"message":"m"}'`,
      { outcome: "modify", input: { a: 1 }, state: { k: 2 }, message: "m" },
    ],
    [
      "D5: exit 2 cancels, the reason verbatim",
      "printf 'a  b' >&2; exit 2",
      { outcome: "cancel", reason: "a  b" },
    ],
    [
      "exit 2 without a word still cancels",
      "exit 2",
      { outcome: "cancel", reason: "The hook refused without saying why (exit code 2)." },
    ],
  ])("%s", async (_, command, outcome) => {
    expect(await ask({ command })).toEqual(decided(outcome));
  });

  it("an unknown outcome is a failure, never a cancel", async () => {
    expect(await ask({ command: `echo '{"outcome":"okay"}'` })).toMatchObject({
      kind: "failed",
      error: { type: "HookOutcomeInvalid" },
    });
  });

  it("an outcome with an unknown key is a failure", async () => {
    expect(await ask({ command: `echo '{"decision":"block"}'` })).toMatchObject({
      kind: "failed",
      error: { type: "HookOutcomeInvalid", message: expect.stringContaining("decision") as string },
    });
  });

  it.each<[string, string | readonly string[]]>([
    ["bash finds a syntax error", "if then"],
    ["a script of it has a syntax error", "./broken.sh"],
    ["sh cannot open the script", "sh ./missing.sh"],
    ["python cannot open the script", ["python3", "missing.py"]],
    ["the program is missing", ["no-such-hook"]],
    ["the shell does not find the program", "no-such-hook --now"],
    ["the exit code is neither 0 nor 2", "exit 3"],
  ])("D4: it fails and does not cancel when %s", async (_, command) => {
    const cwd = freshFolder();
    writeFileSync(join(cwd, "broken.sh"), "#!/bin/bash\nif then\n", { mode: 0o755 });

    expect(await ask({ command }, { cwd })).toMatchObject({ kind: "failed", timedOut: false });
  });

  it("D4: it fails as a timeout when its time is over", async () => {
    expect(await ask({ command: ["sleep", "10"] }, { timeoutMs: 50 })).toMatchObject({
      kind: "failed",
      timedOut: true,
      error: { type: "TimedOut", message: expect.stringContaining("50ms") as string },
    });
  });

  it("D5: it is told the payload on stdin and runs where it belongs", async () => {
    const [cwd, patternDir] = [freshFolder(), freshFolder()];
    writeFileSync(join(patternDir, "say.sh"), `#!/bin/sh\ncat\npwd`, { mode: 0o755 });
    const context = await handlerContext({ cwd, patternDir });

    const reply = await executeHandler({ command: ["./say.sh"] }, { a: 1 }, context);

    expect(reply).toMatchObject({ kind: "answered", process: { stdout: `{"a":1}\n${cwd}\n` } });
  });
});

describe("a function hook", () => {
  const refuse = defineHandler("refuse", {}, () => ({ outcome: "cancel", reason: "no" }));

  it.each<[string, unknown, object]>([
    ["nothing", undefined, { outcome: "continue" }],
    ["null", null, { outcome: "continue" }],
    ["a text", "seen", { outcome: "continue", message: "seen" }],
    ["an outcome", { outcome: "skipped", reason: "r" }, { outcome: "skipped", reason: "r" }],
  ])("D3: may be synchronous and return %s", async (_, value, outcome) => {
    const definition = defineHandler("f", {}, () => value);

    expect(await ask({ function: "f" }, {}, [definition])).toEqual(decided(outcome));
  });

  it("D3: may be asynchronous", async () => {
    const later = defineHandler("later", {}, () => Promise.resolve({ outcome: "continue" }));

    expect(await ask({ function: "later" }, {}, [later])).toEqual(decided({ outcome: "continue" }));
  });

  it.each([true, 5, [[]]])("returning %j is a failure, not a guess", async (value) => {
    const odd = defineHandler("odd", {}, () => value);

    expect(await ask({ function: "odd" }, {}, [odd])).toMatchObject({
      error: { type: "HookOutcomeInvalid" },
    });
  });

  it("D4: that throws fails with its own type and message", async () => {
    const broken = defineHandler("broken", {}, () => {
      throw new RangeError("too far");
    });

    expect(await ask({ function: "broken" }, {}, [broken])).toMatchObject({
      kind: "failed",
      error: { type: "RangeError", message: "too far" },
    });
  });

  it("D4: that hangs is left, and its signal has fired", async () => {
    let signal: AbortSignal | undefined;
    const hang = defineHandler("hang", {}, (_, context) => {
      signal = context.signal;
      return new Promise(() => undefined);
    });

    const reading = await ask({ function: "hang" }, { timeoutMs: 20 }, [hang]);

    expect(reading).toMatchObject({ kind: "failed", timedOut: true });
    expect(signal?.aborted).toBe(true);
  });

  it("is cancelled by the signal", async () => {
    const cancel = new AbortController();
    const hang = defineHandler("hang", {}, () => {
      cancel.abort();
      return new Promise(() => undefined);
    });

    const reading = await ask({ function: "hang" }, { signal: cancel.signal }, [hang]);

    expect(reading).toEqual({ kind: "cancelled" });
  });

  it("D4: of an unknown name fails, naming what is known", async () => {
    expect(await ask({ function: "missing" }, {}, [refuse])).toMatchObject({
      error: { type: "HandlerNotFound", message: expect.stringContaining("refuse") as string },
    });
  });

  it("returning what JSON cannot say fails", async () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    const odd = defineHandler("odd", {}, () => cycle);

    expect(await ask({ function: "odd" }, {}, [odd])).toMatchObject({
      error: { type: "HandlerOutputInvalid" },
    });
  });

  it("gets its input parsed by its schema", async () => {
    const upper = defineHandler(
      "upper",
      { input: z.object({ event: z.number().default(0), more: z.string().default("d") }) },
      ({ event, more }) => `${String(event)}${more}`,
    );

    expect(await ask({ function: "upper" }, {}, [upper])).toEqual(
      decided({ outcome: "continue", message: "1d" }),
    );
  });
});

describe("the registry of functions", () => {
  const importModule = (path: string): Promise<unknown> => import(path);
  const SOURCE = `
    const brand = Symbol.for("heddle.handler");
    const make = (name) => ({ [brand]: true, name, run: () => name });
    export const one = make("one");
    export const more = [make("two"), 5];
    export default { unrelated: true };`;

  it("takes what modules export, alone and in lists", async () => {
    const module = join(freshFolder(), "functions.mjs");
    writeFileSync(module, SOURCE);

    const registry = await createFunctionRegistry({ modules: [module], importModule });

    expect(registry.names()).toEqual(["one", "two"]);
  });

  it("finds a function in the pattern's own module, for that pattern only", async () => {
    const module = join(freshFolder(), "pattern.mjs");
    writeFileSync(module, SOURCE);
    const registry = await createFunctionRegistry({ importModule });

    expect((await registry.find("one", module))?.name).toBe("one");
    expect(await registry.find("one")).toBeUndefined();
    expect(await registry.find("one", "pattern.yaml")).toBeUndefined();
  });

  it("refuses two functions of one name", async () => {
    const twice = [defineHandler("f", {}, () => 1), defineHandler("f", {}, () => 2)];

    await expect(
      createFunctionRegistry({ definitions: twice, importModule }),
    ).rejects.toMatchObject({ code: "FUNCTION_DUPLICATE" });
  });

  it("says which module cannot be loaded, and why", async () => {
    const module = join(freshFolder(), "broken.mjs");
    writeFileSync(module, "throw new Error('no way');");

    await expect(createFunctionRegistry({ modules: [module], importModule })).rejects.toMatchObject(
      {
        code: "MODULE_NOT_LOADED",
        message: expect.stringContaining("no way") as string,
      },
    );
  });
});

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

describe("an http hook", () => {
  it("posts the payload and takes the JSON answer as the outcome", async () => {
    const url = await serve((request, response, body) => {
      response.end(
        JSON.stringify({ outcome: "cancel", reason: `${request.method ?? ""} ${body}` }),
      );
    });

    expect(await ask({ http: { url } })).toEqual(
      decided({ outcome: "cancel", reason: `POST {"event":1}` }),
    );
  });

  it("signs the body with the secret it names", async () => {
    const url = await serve((request, response, body) => {
      const timestamp = request.headers["x-heddle-timestamp"];
      const signed = `${String(timestamp)}.${body}`;
      const expected = `sha256=${createHmac("sha256", "key").update(signed).digest("hex")}`;
      response.end(request.headers["x-heddle-signature"] === expected ? "signed" : "forged");
    });
    const secret = (name: string) => (name === "HOOKS" ? "key" : undefined);

    expect(await ask({ http: { url, secret: "HOOKS" } }, { secret })).toEqual(
      decided({ outcome: "continue", message: "signed" }),
    );
    expect(await ask({ http: { url, secret: "OTHER" } }, { secret })).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining('"OTHER"') as string },
    });
  });

  it("tells a signed request from a forged, a changed and a recorded one", () => {
    const body = `{"event":1}`;
    const sent = signatureHeaders("key", body, Date.now());
    const verify = (headers: Readonly<Record<string, string>>, given = body, secret = "key") =>
      verifyHookRequest({ headers, body: given, secret });

    expect(verify(sent)).toBe(true);
    expect(verify(sent, `{"event":2}`)).toBe(false);
    expect(verify(sent, body, "other")).toBe(false);
    expect(verify({ ...sent, "x-heddle-signature": "sha256=00" })).toBe(false);
    expect(verify(signatureHeaders("key", body, Date.now() - 6 * 60_000))).toBe(false);
    expect(verify({ ...sent, "x-heddle-timestamp": "soon" })).toBe(false);
    expect(verify({})).toBe(false);
  });

  it("asks only addresses that the worker allows, redirects included", async () => {
    const other = await serve((_, response) => response.end("{}"));
    const url = await serve((_, response) => {
      response.writeHead(307, { location: other });
      response.end();
    });
    const services = { allowedUrls: [`${url}*`] };

    for (const target of [other, url])
      expect(await ask({ http: { url: target } }, { services })).toMatchObject({
        kind: "failed",
        error: { message: expect.stringMatching(/refused|private/) as string },
      });
    const open = { allowedUrls: [`${other.toUpperCase()}/*`, other] };
    expect(await ask({ http: { url: other } }, { services: open })).toMatchObject({
      kind: "decided",
    });
  });

  it("fails on a status that is not 2xx, and on a server that is not there", async () => {
    const url = await serve((_, response) => {
      response.writeHead(500);
      response.end("oops");
    });

    expect(await ask({ http: { url } })).toMatchObject({
      error: { type: "HttpStatus", details: { status: 500, body: "oops" } },
    });
    expect(await ask({ http: { url: "http://127.0.0.1:1" } })).toMatchObject({
      error: { type: "HttpFailed" },
    });
  });

  it("fails as a timeout when nobody answers in time", async () => {
    const url = await serve(() => undefined);

    expect(await ask({ http: { url } }, { timeoutMs: 50 })).toMatchObject({
      timedOut: true,
      error: { type: "TimedOut" },
    });
  });

  it.each([
    ["plain http to another machine", "http://example.com/hook", "use https"],
    ["another protocol", "file:///etc/passwd", "not file:"],
    ["credentials in the address", "https://user:pass@example.com", "header"],
    ["what is no address", "example.com/hook", "absolute URL"],
  ])("refuses %s", async (_, url, reason) => {
    expect(await ask({ http: { url } })).toMatchObject({
      error: { type: "HttpFailed", message: expect.stringContaining(reason) as string },
    });
  });
});

describe("an http request that is redirected", () => {
  const request = (url: string, more: Partial<Parameters<typeof sendRequest>[0]> = {}) =>
    sendRequest({
      url,
      method: "POST",
      headers: { authorization: "Bearer secret" },
      body: "{}",
      timeoutMs: 5000,
      signal: new AbortController().signal,
      secureOnly: false,
      ...more,
    });

  it("follows within its own origin, body and credentials included for 307", async () => {
    const url = await serve((incoming, response, body) => {
      if (incoming.url === "/") response.writeHead(307, { location: "/there" }).end();
      else response.end(`${incoming.method ?? ""} ${body} ${incoming.headers.authorization ?? ""}`);
    });

    expect(await request(url)).toMatchObject({ response: { text: "POST {} Bearer secret" } });
  });

  it("asks with GET after 303", async () => {
    const url = await serve((incoming, response, body) => {
      if (incoming.url === "/") response.writeHead(303, { location: "/there" }).end();
      else response.end(`${incoming.method ?? ""}[${body}]`);
    });

    expect(await request(url)).toMatchObject({ response: { text: "GET[]" } });
  });

  it("is refused a private address of another origin", async () => {
    const inner = await serve((_, response) => response.end("secret of the network"));
    const url = await serve((_, response) => {
      response.writeHead(302, { location: inner }).end();
    });

    expect(await request(url)).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("private address") as string },
    });
  });

  it("is given up after five hops", async () => {
    const url = await serve((_, response) => {
      response.writeHead(302, { location: "/again" }).end();
    });

    expect(await request(url)).toMatchObject({
      error: { message: expect.stringContaining("more than 5 times") as string },
    });
  });

  it("stops reading an answer that is too large", async () => {
    const url = await serve((_, response) => response.end("x".repeat(5000)));

    expect(await request(url, { bodyLimitBytes: 1000 })).toMatchObject({
      error: { type: "OutputTooLarge" },
    });
  });

  it("is cancelled by the signal", async () => {
    const cancel = new AbortController();
    const url = await serve(() => {
      cancel.abort();
    });

    expect(await request(url, { signal: cancel.signal })).toEqual({ kind: "cancelled" });
  });
});

describe("a handler that cannot run", () => {
  it("is refused by name", async () => {
    await expect(
      executeHandler({ all: [{ command: "true" }] }, null, await handlerContext()),
    ).rejects.toMatchObject({ code: "HANDLER_UNSUPPORTED" });
  });

  it("is not started when it is cancelled already", async () => {
    const cwd = freshFolder();
    const context = await handlerContext({ cwd, signal: AbortSignal.abort() });

    const reply: HandlerReply = await executeHandler({ command: "touch made" }, null, context);

    expect(reply.kind).toBe("cancelled");
  });

  it("is cancelled while it runs", async () => {
    const cwd = freshFolder();
    const cancel = new AbortController();
    const running = ask({ command: "echo up > up; sleep 20" }, { cwd, signal: cancel.signal });
    await readWhenWritten(join(cwd, "up"));

    cancel.abort();

    expect(await running).toEqual({ kind: "cancelled" });
  });
});
