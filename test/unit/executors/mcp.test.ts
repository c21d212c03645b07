// Hooks that are tools of MCP servers: the official client against the official server, over both transports.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { McpServer as SdkServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { describe, expect, it, onTestFinished } from "vitest";

import type { JsonObject } from "../../../src/core/index.ts";
import {
  commandEnvironment,
  createMcpClients,
  executeHandler,
  readHookReply,
  type McpServer,
} from "../../../src/hooks/executors/index.ts";
import { handlerContext } from "./fixtures.ts";
import { addTools } from "./programs/mcp-tools.mjs";

const PROGRAM = fileURLToPath(new URL("programs/mcp-server.mjs", import.meta.url));
const STDIO: McpServer = { command: process.execPath, args: [PROGRAM] };

function connect(servers: Readonly<Record<string, McpServer>>) {
  const mcp = createMcpClients(servers, commandEnvironment(process.env));
  onTestFinished(() => mcp.close());
  return async (
    tool: string,
    input?: JsonObject,
    more: Parameters<typeof handlerContext>[0] = {},
    payload: JsonObject = { point: "step.before" },
  ) =>
    readHookReply(
      await executeHandler(
        { mcp: { server: "guards", tool, ...(input === undefined ? {} : { input }) } },
        payload,
        await handlerContext({ services: { mcp }, ...more }),
      ),
    );
}

/** The same tools behind an address. */
async function serveHttp(): Promise<string> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const http = createServer((request, response) => {
    const id = request.headers["mcp-session-id"];
    const known = typeof id === "string" ? sessions.get(id) : undefined;
    if (known !== undefined) {
      void known.handleRequest(request, response);
      return;
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (session) => {
        sessions.set(session, transport);
      },
    });
    const server = new SdkServer({ name: "guards", version: "1.0.0" });
    addTools(server);
    // as: the SDK's own class does not satisfy its own interface under exactOptionalPropertyTypes
    void server
      .connect(transport as Parameters<typeof server.connect>[0])
      .then(() => transport.handleRequest(request, response));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${String((http.address() as AddressInfo).port)}/mcp`;
}

describe.each([
  ["over stdio", () => Promise.resolve(STDIO)],
  ["over HTTP", async (): Promise<McpServer> => ({ url: await serveHttp() })],
])("an MCP tool %s", (_, server) => {
  it("answers with an outcome as JSON in its text, filled from the event", async () => {
    const ask = connect({ guards: await server() });
    const event = { step: { input: { command: "rm -rf x" } } };

    expect(await ask("guard", { command: "${step.input.command}" }, {}, event)).toEqual({
      kind: "decided",
      outcome: { outcome: "cancel", reason: "no rm -rf x" },
    });
    expect(await ask("guard", { command: "ls" })).toEqual({
      kind: "decided",
      outcome: { outcome: "continue", message: "fine" },
    });
  });

  it("answers with structured content", async () => {
    const ask = connect({ guards: await server() });

    expect(await ask("structured", {})).toEqual({
      kind: "decided",
      outcome: { outcome: "skipped", reason: "structured" },
    });
  });

  it("keeps its connection: the next call finds the same server", async () => {
    const ask = connect({ guards: await server() });
    await ask("count", {});

    expect(await ask("count", {})).toMatchObject({ outcome: { message: "2" } });
  });

  it("that reports an error has failed with its text", async () => {
    const ask = connect({ guards: await server() });

    expect(await ask("fail", {})).toMatchObject({
      kind: "failed",
      error: { type: "HandlerFailed", message: expect.stringContaining("broken") as string },
    });
  });

  it("that does not exist has failed by its name", async () => {
    const ask = connect({ guards: await server() });

    expect(await ask("nonsense", {})).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("nonsense") as string },
    });
  });

  it("that hangs fails as a timeout, and the next call is served", async () => {
    const ask = connect({ guards: await server() });
    await ask("count", {});

    expect(await ask("hang", {}, { timeoutMs: 100 })).toMatchObject({
      kind: "failed",
      timedOut: true,
    });
    expect(await ask("count", {})).toMatchObject({ outcome: { message: "2" } });
  });

  it("is cancelled by the signal", async () => {
    const ask = connect({ guards: await server() });
    await ask("count", {});
    const stop = new AbortController();
    const asked = ask("hang", {}, { signal: stop.signal });
    stop.abort();

    expect(await asked).toEqual({ kind: "cancelled" });
  });
});

describe("an MCP server", () => {
  it("gets the whole event where a hook names no input", async () => {
    const ask = connect({ guards: STDIO });

    expect(await ask("echo", undefined, {}, { outcome: "skipped", reason: "as sent" })).toEqual({
      kind: "decided",
      outcome: { outcome: "skipped", reason: "as sent" },
    });
  });

  it("that crashes fails that call only: the next one starts it again", async () => {
    const ask = connect({ guards: STDIO });

    expect((await ask("crash", {})).kind).toBe("failed");
    expect(await ask("count", {})).toMatchObject({ outcome: { message: "1" } });
  });

  it("that nobody configured is named, with those that are", async () => {
    const ask = connect({ others: STDIO });

    expect(await ask("guard", {})).toMatchObject({
      error: {
        type: "HandlerNotFound",
        message: 'No MCP server "guards" is configured (known: others).',
      },
    });
  });

  it("that cannot be started or reached fails, and plain http to elsewhere is refused", async () => {
    const missing = connect({ guards: { command: "no-such-program-here" } });
    expect(await missing("guard", {})).toMatchObject({
      error: { message: expect.stringContaining("no-such-program-here") as string },
    });
    const closed = connect({ guards: { url: "http://127.0.0.1:1/mcp" } });
    expect((await closed("guard", {})).kind).toBe("failed");
    const plain = connect({ guards: { url: "http://mcp.example/mcp" } });
    expect(await plain("guard", {})).toMatchObject({
      error: { message: expect.stringContaining("plain http") as string },
    });
  });
});
