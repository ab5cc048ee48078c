"""Holds the record of a graded client against expected.toml. Arguments: the table, the client's name, the exit code, the record."""

import json
import sys
import tomllib

table, name, code, file = sys.argv[1:]
with open(table, "rb") as text:
    expected = tomllib.load(text)[name]
with open(file, encoding="utf-8") as text:
    record = json.load(text)

known = {finding["requirement"]: finding["reason"] for finding in expected["findings"]}
seen = {}
for finding in record["findings"]:
    seen.setdefault(finding["requirement"], []).append(f'{finding["severity"]}: {finding["title"]} ({finding["count"]})')

requests, held = record["totals"]["requests"], len(record["exercised"])
print(f"{name}: {requests} requests, {held} rules held, {len(seen)} findings, exit code {code}; {record['client']['dialect']}")
red = []
for requirement, titles in sorted(seen.items()):
    mark = "  " if requirement in known else "! "
    print(*(f"{mark}{requirement} {title}" for title in titles), sep="\n")
    if requirement not in known:
        red.append(f"{requirement} is not expected")
red += [f"{requirement} was not seen: {reason}" for requirement, reason in known.items() if requirement not in seen]
if int(code) != expected["exit"]:
    red.append(f"exit code {code}, expected {expected['exit']}")
print(*(f"  RED {why}" for why in red), sep="\n" if red else "")
sys.exit(bool(red))
