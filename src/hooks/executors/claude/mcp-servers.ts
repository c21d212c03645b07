import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { commandEnvironment } from "../environment.ts";
import { createMcpClients, type McpClients, type McpServer } from "../mcp/index.ts";
import type { SessionPlaces } from "./setting.ts";

const Texts = z.record(z.string(), z.string());
/** As projects write it; what a server is called beyond these keys is Claude Code's own business. */
const ServerSchema = z.union([
  z.object({
    command: z.string().min(1),
    args: z.array(z.string()).optional(),
    env: Texts.optional(),
  }),
  z.object({ url: z.string().min(1), headers: Texts.optional() }),
]);
const FileSchema = z.object({ mcpServers: z.record(z.string(), z.unknown()) });

/** Connections to the servers of a project's `.mcp.json`; a server that cannot be read is not there. */
export function createProjectMcp({ projectDir, env }: SessionPlaces): McpClients {
  return createMcpClients(readServers(projectDir, env), commandEnvironment(env));
}

function readServers(
  projectDir: string,
  env: SessionPlaces["env"],
): Readonly<Record<string, McpServer>> {
  const file = FileSchema.safeParse(readJson(join(projectDir, ".mcp.json")));
  const servers: Record<string, McpServer> = {};
  for (const [name, raw] of Object.entries(file.success ? file.data.mcpServers : {})) {
    const filled = JSON.stringify(raw).replace(
      /\$\{([A-Za-z_]\w*)(?::-([^}"\\]*))?\}/g,
      (_, variable: string, fallback = "") =>
        JSON.stringify(env[variable] ?? fallback).slice(1, -1),
    );
    const server = ServerSchema.safeParse(JSON.parse(filled));
    if (!server.success) continue;
    servers[name] = "command" in server.data ? { ...server.data, cwd: projectDir } : server.data;
  }
  return servers;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // No such file, or none that anybody could read: then no server is configured, and a hook that needs one says so.
    return undefined;
  }
}
