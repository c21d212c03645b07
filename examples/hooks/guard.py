#!/usr/bin/env python3
"""A hook in Python that stays: it serves every firing of its hook from one process.

One request per line, {"id", "input", "cwd", "env"}; one answer per line, {"id", "output"} or {"id", "error"}.
"""
import json
import sys

for line in sys.stdin:
    request = json.loads(line)
    command = ((request["input"].get("step") or {}).get("input") or {}).get("command", "")
    words = command.split() if isinstance(command, str) else command
    if "rm" in words:
        output = {"outcome": "cancel", "reason": "rm is not allowed here"}
    else:
        output = {"outcome": "continue", "message": f"looked at by {request['env']['HEDDLE_HOOK']}"}
    print(json.dumps({"id": request["id"], "output": output}), flush=True)
