// A small MCP server over stdio, with the official SDK.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { addTools } from "./mcp-tools.mjs";

const server = new McpServer({ name: "guards", version: "1.0.0" });
addTools(server);
await server.connect(new StdioServerTransport());
