import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";

export function addTools(server: McpServer): void;
