"""Starts the emulator, with the one condition key that it leaves out.

Grants by `dynamodb:LeadingKeys` would let everything through without it: a condition
`ForAllValues:...` on a key that is absent is met. As in DynamoDB, the key holds the partition keys
of the items that a request names; of a query on an index, the partition key of that index.
"""

import json
import re

from ministack import app
from ministack.core import iam_actions
from ministack.services import dynamodb

# What no grant can match: a request whose keys cannot be told is refused.
UNKNOWN = "\0"

EQUALS = re.compile(r"(?:^|[(]|\bAND\b)\s*(#?\w+)\s*=\s*(:\w+)", re.IGNORECASE)

without_leading_keys = iam_actions.dynamodb_service_context


def service_context(body):
    context = without_leading_keys(body)
    try:
        keys = leading_keys(json.loads(body or b"{}"))
    except Exception:  # whatever is wrong with the request, it is no reason to let it through
        keys = [UNKNOWN]
    return {**context, "dynamodb:LeadingKeys": keys} if keys else context


def leading_keys(request):
    """Empty for what names no item: a scan, or the description of the table."""
    if "RequestItems" in request:
        return [
            key
            for table, items in request["RequestItems"].items()
            for item in each_item(items)
            for key in [value_of(item[hash_key(table)])]
        ]
    if "KeyConditionExpression" in request:
        return [queried_key(request)]
    item = request.get("Key") or request.get("Item")
    return [value_of(item[hash_key(request["TableName"])])] if item else []


def each_item(items):
    """Of a batch: `{"Keys": [...]}` of a read, a list of `PutRequest` and `DeleteRequest` of a write."""
    if isinstance(items, dict):
        return items["Keys"]
    return [
        request.get("Item") or request["Key"] for entry in items for request in entry.values()
    ]


def queried_key(request):
    wanted = hash_key(request["TableName"], request.get("IndexName"))
    names = request.get("ExpressionAttributeNames") or {}
    for name, value in EQUALS.findall(request["KeyConditionExpression"]):
        if names.get(name, name) == wanted:
            return value_of(request["ExpressionAttributeValues"][value])
    return UNKNOWN


def hash_key(table, index=None):
    found = dynamodb._tables[table.rsplit("/", 1)[-1]]
    if index is not None:
        both = found.get("GlobalSecondaryIndexes", []) + found.get("LocalSecondaryIndexes", [])
        found = next(each for each in both if each["IndexName"] == index)
    return next(
        key["AttributeName"] for key in found["KeySchema"] if key["KeyType"] == "HASH"
    )


def value_of(attribute):
    (value,) = attribute.values()
    return str(value)


iam_actions.dynamodb_service_context = service_context

if __name__ == "__main__":
    app.main()
