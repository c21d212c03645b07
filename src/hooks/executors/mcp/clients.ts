import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

import { HeddleError, isJsonObject, type JsonObject, type JsonValue } from "../../../core/index.ts";
import { isLoopbackHost } from "../private-address.ts";

/** An MCP server as configurations write it: a program, or an address. */
export type McpServer =
  | {
      readonly command: string;
      readonly args?: readonly string[] | undefined;
      readonly env?: Readonly<Record<string, string>> | undefined;
      readonly cwd?: string | undefined;
    }
  | {
      readonly url: string;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    };

/** What a tool answered. */
export interface McpAnswer {
  readonly isError: boolean;
  /** Its texts, joined by newlines. */
  readonly text: string;
  readonly structured?: JsonObject;
}

/** Connections to the MCP servers of a configuration; each is made when it is first needed, and kept. */
export interface McpClients {
  /**
   * Calls a tool.
   * @throws HeddleError `MCP_SERVER_UNKNOWN`; whatever the SDK throws when the server cannot be reached or refuses
   */
  call(
    server: string,
    tool: string,
    input: JsonObject,
    limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<McpAnswer>;
  close(): Promise<void>;
}

/** @param env - what the programs of servers inherit, before their own variables */
export function createMcpClients(
  servers: Readonly<Record<string, McpServer>>,
  env: Readonly<Record<string, string>>,
): McpClients {
  const open = new Map<string, Promise<Client>>();
  const connect = (name: string, server: McpServer, timeoutMs: number): Promise<Client> => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const connecting = connectTo(server, env, timeoutMs);
    open.set(name, connecting);
    const forget = (): void => {
      // A newer connection is not this one's to forget.
      if (open.get(name) === connecting) open.delete(name);
    };
    connecting.then((client) => {
      client.onclose = forget;
    }, forget);
    return connecting;
  };
  return {
    async call(name, tool, input, { timeoutMs, signal }) {
      const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
      if (server === undefined) throw unknownServer(name, Object.keys(servers));
      const client = await connect(name, server, timeoutMs);
      const result = await client.callTool({ name: tool, arguments: input }, undefined, {
        signal,
        timeout: timeoutMs,
      });
      // as: the SDK has parsed it by its own schema, whose types are wider than JSON
      return readResult(result as unknown as JsonObject);
    },
    async close() {
      const clients = [...open.values()];
      open.clear();
      // A connection that failed, or fails to close, is closed.
      await Promise.allSettled(clients.map(async (client) => (await client).close()));
    },
  };
}

async function connectTo(
  server: McpServer,
  env: Readonly<Record<string, string>>,
  timeout: number,
): Promise<Client> {
  // Loaded on first use: most workers call no MCP server.
  const { Client: McpClient } = await import("@modelcontextprotocol/sdk/client/index.js");
  const client = new McpClient({ name: "heddle", version: "1" });
  const transport = "url" in server ? await reach(server) : await spawn(server, env);
  try {
    await client.connect(transport, { timeout });
  } catch (error) {
    await client.close();
    throw error;
  }
  return client;
}

async function spawn(
  { command, args = [], env: own = {}, cwd }: Extract<McpServer, { command: string }>,
  env: Readonly<Record<string, string>>,
): Promise<Transport> {
  const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
  return new StdioClientTransport({
    command,
    args: [...args],
    env: { ...env, ...own },
    stderr: "ignore",
    ...(cwd === undefined ? {} : { cwd }),
  });
}

async function reach({
  url: text,
  headers,
}: Extract<McpServer, { url: string }>): Promise<Transport> {
  const url = new URL(text);
  if (url.protocol !== "https:" && !isLoopbackHost(url))
    throw new HeddleError(
      "MCP_SERVER_REFUSED",
      `The MCP server ${text} is not asked over plain http.`,
      {
        hint: "Use https; plain http is for servers on this machine.",
      },
    );
  const { StreamableHTTPClientTransport } =
    await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
  const options = headers === undefined ? {} : { requestInit: { headers } };
  return new StreamableHTTPClientTransport(url, options);
}

function readResult(result: JsonObject): McpAnswer {
  const { content, structuredContent: structured = null, isError } = result;
  const parts: readonly JsonValue[] = Array.isArray(content) ? content : [];
  const texts = parts.flatMap((part) =>
    isJsonObject(part) && typeof part["text"] === "string" ? [part["text"]] : [],
  );
  return {
    isError: isError === true,
    text: texts.join("\n"),
    ...(isJsonObject(structured) ? { structured } : {}),
  };
}

function unknownServer(name: string, known: readonly string[]): HeddleError {
  const list = known.length === 0 ? "none" : known.join(", ");
  return new HeddleError(
    "MCP_SERVER_UNKNOWN",
    `No MCP server ${JSON.stringify(name)} is configured (known: ${list}).`,
    { hint: "List it under `mcpServers` in the worker's configuration." },
  );
}
