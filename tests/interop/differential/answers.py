"""The answers of the Python libraries, a line for each case on standard input: scim2-models and scim2-filter-parser, as they come."""

import json
import sys

from pydantic import ValidationError
from scim2_filter_parser.lexer import SCIMLexer
from scim2_filter_parser.parser import SCIMParser
from scim2_models import Context, EnterpriseUser, PatchOp, ScimFilter, User

Person = User[EnterpriseUser]
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def person(resource):
    return Person.model_validate(resource)


def models_filter(case):
    read = ScimFilter[Person](case["filter"])
    return {"matches": [bool(read.match(person(one))) for one in case["people"]]}


def parser_filter(case):
    """Only whether it is a filter: the library makes SQL of it and compares nothing itself."""
    SCIMParser().parse(SCIMLexer().tokenize(case["filter"]))
    return {"read": True}


def models_patch(case):
    resource = person(case["resource"])
    body = {"schemas": [PATCH_OP], "Operations": case["operations"]}
    PatchOp[Person].model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST).patch(resource)
    return {"resource": json.loads(resource.model_dump_json())}


ANSWERS = {
    "filter": {"scim2-models": models_filter, "scim2-filter-parser": parser_filter},
    "patch": {"scim2-models": models_patch},
}


def scim_type(error):
    if isinstance(error, ValidationError):
        for one in error.errors():
            if inner := (one.get("ctx") or {}).get("scim_type"):
                return inner
        return "invalidValue"
    return getattr(error, "scim_type", None)


for line in sys.stdin:
    case = json.loads(line)
    said = {"number": case["number"], "kind": case["kind"]}
    for library, answer in ANSWERS[case["kind"]].items():
        try:
            said[library] = answer(case)
        except Exception as error:  # noqa: BLE001, whatever a library throws is its refusal
            said[library] = {"refused": scim_type(error), "why": str(error)[:200]}
    print(json.dumps(said))
