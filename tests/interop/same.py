"""What `servers` asks of records: was the target left as found, and do merged shards say what one run says?"""

import json
import sys
from collections import Counter

FAILING = ("hazard", "violation")


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def name(scenario):
    idp = f" [{scenario['idp']}]" if scenario["idp"] else ""
    return f"{scenario['feature']} / {scenario['name']}{idp}"


def verdicts(record):
    """Of each scenario: how it ended, and which requirements did not hold, how often."""
    return {
        name(s): (s["outcome"]["kind"], Counter(f["requirement"] for f in s["findings"] if f["severity"] in FAILING))
        for s in record["scenarios"]
    }


def as_found(path):
    found = read(path)["as_found"]
    if found and found["same"]:
        return True
    print(f"{path}: not left as found: {found}")
    return False


def whole(merged, single):
    one, other = verdicts(read(merged)), verdicts(read(single))
    differ = [n for n in sorted(one.keys() | other.keys()) if one.get(n) != other.get(n)]
    for scenario in differ[:20]:
        print(f"shards and single run differ in {scenario}: {one.get(scenario)} and {other.get(scenario)}")
    print(f"merged shards and single run: {len(one)} scenarios, {len(differ)} differ")
    return not differ


if __name__ == "__main__":
    command, *paths = sys.argv[1:]
    sys.exit(0 if {"as-found": as_found, "whole": whole}[command](*paths) else 1)
