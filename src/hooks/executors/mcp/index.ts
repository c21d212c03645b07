export { createMcpClients, type McpClients, type McpServer } from "./clients.ts";
export { executeMcp } from "./mcp-handler.ts";
