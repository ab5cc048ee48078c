"""Holds our answers against those of other libraries: judge.py CASES ANSWERS... < nothing, with rulings.toml beside it.

Each disagreement has a class: library, what was asked, our answer and theirs. A class that is not ruled is red, and so is a ruling
that nothing shows any more. `--write PAGE` writes the table of the rulings.
"""

import json
import pathlib
import sys
import tomllib
from collections import defaultdict
from datetime import datetime

HERE = pathlib.Path(__file__).parent


def comparable(value):
    """A resource as the RFCs compare it: no order of keys and values, no difference between absent, null, empty and primary false."""
    if isinstance(value, dict):
        kept = {key: comparable(one) for key, one in value.items() if not (key == "primary" and one is False)}
        kept = {key: one for key, one in kept.items() if one not in (None, [], {})}
        return {key: kept[key] for key in sorted(kept)}
    if isinstance(value, list):
        return sorted((one for one in map(comparable, value) if one not in (None, {})), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def settled(case, resource):
    """What the answer is about: the attributes, without what a server adds or names (schemas, meta)."""
    kept = {key: value for key, value in resource.items() if key not in ("schemas", "meta")}
    kept["created"] = datetime.fromisoformat(resource["meta"]["created"]).timestamp()
    return comparable(kept)


def filter_difference(case, theirs):
    ours = case["ours"]
    if "refused" in ours or "refused" in theirs:
        if ("refused" in ours) == ("refused" in theirs):
            return None
        return ("refuses", "reads it") if "refused" in ours else ("reads it", "refuses")
    if "matches" not in theirs or ours["matches"] == theirs["matches"]:
        return None
    more = [o for o, t in zip(ours["matches"], theirs["matches"]) if o != t]
    return ("matches", "matches not") if more[0] else ("matches not", "matches")


def patch_difference(case, theirs):
    ours = case["ours"]
    if "refused" in ours and "refused" in theirs:
        return None
    if "refused" in ours:
        same = settled(case, theirs["resource"]) == settled(case, case["resource"])
        return ("refuses", "changes nothing" if same else "changes it")
    if "refused" in theirs:
        return ("changes it" if settled(case, ours["resource"]) != settled(case, case["resource"]) else "changes nothing", "refuses")
    before, mine, other = (settled(case, one) for one in (case["resource"], ours["resource"], theirs["resource"]))
    if mine == other:
        return None
    return ("changes nothing" if mine == before else "changes it", "changes nothing" if other == before else "changes it otherwise")


def disagreements(cases, answers):
    """The cases of each class; what a part of a case explains is not counted again."""
    classes, explained = defaultdict(list), set()
    for case in cases:
        for library, theirs in answers[case["number"], case["kind"]].items():
            difference = (filter_difference if case["kind"] == "filter" else patch_difference)(case, theirs)
            if difference is None:
                continue
            explained.add((case["kind"], case["number"], library))
            if not any((case["kind"], part, library) in explained for part in case["parts"]):
                classes[library, case["kind"], case["shape"], *difference].append((case, theirs))
    return classes


def rulings():
    return tomllib.loads((HERE / "rulings.toml").read_text())["ruling"]


def covered(ruling):
    """The classes that a ruling is about."""
    for library in ruling["library"]:
        for shape in ruling["asked"]:
            for difference in ruling["answers"]:
                yield library, ruling["kind"], shape, *difference.split(" / ")


def show(of, found):
    case, theirs = found[0]
    asked = case.get("filter") or json.dumps(case["operations"])
    print(f"{len(found):6}  {' / '.join(of)}\n        {asked}")
    told = {"before": {"resource": case["resource"]}} if case["kind"] == "patch" else {}
    told |= {"ours": case["ours"], "theirs": theirs}
    resources = [one["resource"] for one in told.values() if "resource" in one]
    for who, said in told.items():
        if "resource" in said:
            said = {key: one for key, one in said["resource"].items() if any(one != other.get(key) for other in resources)}
        print(f"        {who} {json.dumps(said)}")


def page(classes):
    lines = [
        "# Where other libraries read the RFC otherwise",
        "",
        "The filters and the PATCH of `crates/scim` beside scimmy, scim2-parse-filter and scim-patch from npm, and scim2-models and",
        "scim2-filter-parser from PyPI, over 10,000 filters and 10,000 PATCHes of one seed (`crates/scim/examples/differential`). The",
        "check `tests/interop/differential/run` is red on a kind of disagreement that is not here, and on one that is seen no more.",
        "",
        "Written by `tests/interop/differential/run --write` from `rulings.toml`. A number says how many cases of the seed show it.",
        "",
        "| asked | ours / theirs | libraries | who is right | the RFC's sentence |",
        "|---|---|---|---|---|",
    ]
    for one in rulings():
        counts = {library: 0 for library in one["library"]}
        for of in covered(one):
            counts[of[0]] += len(classes.get(of, ()))
        named = ", ".join(f"{library} {count}" for library, count in counts.items())
        asked, answers = "; ".join(one["asked"]), "; ".join(one["answers"])
        lines.append(f"| {one['kind']}: {asked} | {answers} | {named} | {one['right']} | {one['rfc']}: {one['why']} |")
    return "\n".join(lines) + "\n"


def main():
    write = sys.argv[1] == "--write" and sys.argv.pop(1)
    cases = [json.loads(line) for line in open(sys.argv[1])]
    answers = defaultdict(dict)
    for name in sys.argv[2:]:
        for line in open(name):
            said = json.loads(line)
            key = said.pop("number"), said.pop("kind")
            answers[key].update(said)
    classes = disagreements(cases, answers)
    fresh = sorted(set(classes) - {of for ruling in rulings() for of in covered(ruling)})
    stale = [ruling for ruling in rulings() if not any(of in classes for of in covered(ruling))]
    for one in fresh:
        show(one, classes[one])
    for one in stale:
        print(f"ruled, and seen no more: {one['kind']} {'; '.join(one['asked'])}")
    if write:
        (HERE / "README.md").write_text(page(classes))
    elif (HERE / "README.md").read_text() != page(classes):
        print("README.md is not what the rulings say; write it with tests/interop/differential/run --write")
        sys.exit(1)
    by = {library for library, *_ in classes}
    print(f"{len(cases)} cases, {len(by)} libraries, {len(classes)} classes of disagreement, {len(fresh)} of them not ruled, {len(stale)} ruled in vain")
    sys.exit(1 if fresh or stale else 0)


main()
