#!/usr/bin/env python3
"""The `mcp` client on /mcp: both kinds of revisions, tools listed and called, and what a page may not do."""
import asyncio
import json

import jsonschema
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from serving import check, parser, request, run, server

# Revisions whose clients shake hands, and one whose requests stand alone.
MODES = ("initialize", "discover")


async def session_steps(url, mode):
    async with streamable_http_client(url + "/mcp") as streams:
        async with ClientSession(streams[0], streams[1]) as session:
            if mode == "initialize":
                hello = await session.initialize()
                check(hello.protocol_version == "2025-11-25" and hello.server_info.name == "kinglet", f"{hello}")
                await session.send_ping()
            else:
                hello = await session.discover()
                check("2026-07-28" in hello.supported_versions, f"{hello}")
            check(hello.capabilities.tools is not None, f"capabilities {hello.capabilities}")
            await tool_steps(session)


async def tool_steps(session):
    tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    check(set(tools) == {"find_functions", "call_function"}, f"tools {list(tools)}")
    found = await call(session, tools, "find_functions", query="turn off the kitchen lights", top_k=5)
    names = [f["name"] for f in found["functions"]]
    check(found["pool"] == "smart-home" and 0 < len(names) <= 5, f"found {names}")
    made = await call(session, tools, "call_function", query="turn off the kitchen lights", adapter="dis")
    check(made["outcome"] == "call" and made["calls"][0]["parameters"].get("room") == "kitchen", f"made {made}")
    check(made["legacy"], f"no legacy frame: {made}")
    none = await call(session, tools, "call_function", query="file my tax return for last year", pool="smart-home")
    check(none["outcome"] != "call" and none["calls"] == [] and none["message"], f"made {none}")
    wrong = await session.call_tool("call_function", {"query": "x", "pool": "nothing"})
    check(wrong.is_error and "smart-home" in wrong.content[0].text, f"{wrong}")


async def call(session, tools, name, **arguments):
    """The structured result of a call, which follows the tool's schemas."""
    jsonschema.validate(arguments, tools[name].input_schema)
    result = await session.call_tool(name, arguments)
    check(not result.is_error, f"{name} {arguments}: {result}")
    jsonschema.validate(result.structured_content, tools[name].output_schema)
    check(json.loads(result.content[0].text) == result.structured_content, f"{name}: text and structure differ")
    return result.structured_content


def plain_steps(url):
    """What no client of good manners asks."""
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for origin, status in (("http://localhost:1234", 200), ("http://evil.example", 403)):
        check(request(url + "/mcp", ping, headers={"origin": origin})[0] == status, f"a page of {origin}")
    check(request(url + "/mcp")[0] == 405 and request(url + "/mcp", method="DELETE")[0] == 405, "GET and DELETE")
    status, _, text = request(url + "/mcp", ping, headers={"mcp-protocol-version": "2023-01-01"})
    check(status == 400 and json.loads(text)["error"]["code"] == -32022, f"an unknown revision: {status} {text}")
    status, _, text = request(url + "/mcp", {**ping, "method": "tools/call", "params": {"name": "rm"}})
    check(status == 200 and json.loads(text)["error"]["code"] == -32602, f"an unknown tool: {status} {text}")
    status, _, text = request(url + "/mcp", {"jsonrpc": "2.0", "method": "notifications/cancelled"})
    check(status == 202 and not text, f"a notification: {status} {text}")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments) as url:
        for mode in MODES:
            asyncio.run(session_steps(url, mode))
            print(f"mcp, {mode}: right")
        plain_steps(url)
    print("origins, methods, revisions and notifications: right")


run(main)
