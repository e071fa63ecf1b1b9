"""Starts the emulator, with what it leaves out of the rules of IAM.

A batch is not an action of its own in SQS: `SendMessageBatch` needs `sqs:SendMessage`.

Of DynamoDB it leaves out condition keys. Without them `ForAllValues:...` would let everything through: a condition on a key that is absent is
met. As in DynamoDB, `dynamodb:LeadingKeys` holds the partition keys of the items that a request
names (of a query on an index, the partition key of that index), `dynamodb:Attributes` all top-level
attributes that it names, and `dynamodb:ReturnValues` what it wants to see of an item it writes.
"""

import json
import re

from ministack import app
from ministack.core import iam_actions
from ministack.services import dynamodb

# What no grant can match: a request that is not understood is refused.
UNKNOWN = "\0"

EQUALS = re.compile(r"(?:^|[(]|\bAND\b)\s*(#?\w+)\s*=\s*(:\w+)", re.IGNORECASE)
# Not a value (`:x`), not the inner part of a path (`a.b`), not a function (`size(a)`).
NAME = re.compile(r"(?<![:.#\w])#?[A-Za-z_]\w*(?!\w*\s*\()")
KEYWORDS = {"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"}
EXPRESSIONS = ("UpdateExpression", "ConditionExpression")

BATCHES = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}

what_it_calls_it = iam_actions.extract_iam_action
what_the_emulator_knows = iam_actions.dynamodb_service_context


def iam_action(*args, **kwargs):
    action = what_it_calls_it(*args, **kwargs)
    return BATCHES.get(action, action)


def service_context(body):
    context = what_the_emulator_knows(body)
    try:
        request = json.loads(body or b"{}")
        keys = leading_keys(request)
        attributes = written_attributes(request)
    except Exception:  # whatever is wrong with the request, it is no reason to let it through
        keys = attributes = [UNKNOWN]
    if keys:
        context["dynamodb:LeadingKeys"] = keys
    if attributes:
        context["dynamodb:Attributes"] = [*context.get("dynamodb:Attributes", []), *attributes]
        context["dynamodb:ReturnValues"] = request.get("ReturnValues", "NONE")
    return context


def leading_keys(request):
    """Empty for what names no item: a scan, or the description of the table."""
    if "RequestItems" in request:
        return [
            value_of(item[hash_key(table)])
            for table, items in request["RequestItems"].items()
            for item in each_item(items)
        ]
    if "KeyConditionExpression" in request:
        return [queried_key(request)]
    item = request.get("Key") or request.get("Item")
    return [value_of(item[hash_key(request["TableName"])])] if item else []


def each_item(items):
    """Of a batch: `{"Keys": [...]}` of a read, a list of `PutRequest` and `DeleteRequest` of a write."""
    if isinstance(items, dict):
        return items["Keys"]
    return [request.get("Item") or request["Key"] for entry in items for request in entry.values()]


def queried_key(request):
    wanted = hash_key(request["TableName"], request.get("IndexName"))
    names = request.get("ExpressionAttributeNames") or {}
    for name, value in EQUALS.findall(request["KeyConditionExpression"]):
        if names.get(name, name) == wanted:
            return value_of(request["ExpressionAttributeValues"][value])
    return UNKNOWN


def written_attributes(request):
    """Of a put or an update: those of the item, its key, and its expressions."""
    if "Item" not in request and "UpdateExpression" not in request:
        return []
    names = request.get("ExpressionAttributeNames") or {}
    named = [
        names.get(name, name)
        for expression in EXPRESSIONS
        for name in NAME.findall(request.get(expression) or "")
        if name.upper() not in KEYWORDS
    ]
    return [*(request.get("Item") or request["Key"]), *named]


def hash_key(table, index=None):
    found = dynamodb._tables[table.rsplit("/", 1)[-1]]
    if index is not None:
        both = found.get("GlobalSecondaryIndexes", []) + found.get("LocalSecondaryIndexes", [])
        found = next(each for each in both if each["IndexName"] == index)
    return next(key["AttributeName"] for key in found["KeySchema"] if key["KeyType"] == "HASH")


def value_of(attribute):
    (value,) = attribute.values()
    return str(value)


iam_actions.extract_iam_action = iam_action
iam_actions.dynamodb_service_context = service_context

if __name__ == "__main__":
    app.main()
