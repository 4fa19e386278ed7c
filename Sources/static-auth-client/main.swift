internal import MCPClient
