"""Mutations that stay close to what GitHub sends: other forms of the same values, confused rows, caches and limits."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.torture.documents import Reply, Spot, any_spot, spots

IDENTITIES = ("id", "databaseId", "fullDatabaseId", "number", "oid")


def _is_time(spot: Spot) -> bool:
    value = spot.value
    return isinstance(value, str) and len(value) == 20 and value[10] == "T" and value.endswith("Z")


def other_times(random: Random, reply: Reply) -> bool:
    """Write every time in another form of the same moment."""
    body = reply.json()
    found = [s for s in spots(body) if _is_time(s)]
    form = random.choice(["+00:00", ".000Z", "-00:00", "z", " ", "+01:00"])
    for spot in found:
        moment = datetime.fromisoformat(spot.value)
        match form:
            case " ":
                spot.owner[spot.key] = spot.value.replace("T", " ")
            case "+01:00":
                hour_later = datetime.fromtimestamp(moment.timestamp() + 3600, UTC)
                spot.owner[spot.key] = f"{hour_later:%Y-%m-%dT%H:%M:%S}+01:00"
            case _:
                spot.owner[spot.key] = spot.value[:-1] + form
    reply.take(body)
    return bool(found)


def more_fields(random: Random, reply: Reply) -> bool:
    """Add a field to every object, and write the others in another order."""

    def more(value: Any) -> Any:
        if isinstance(value, list):
            return [more(item) for item in value]
        if not isinstance(value, dict):
            return value
        items = [("newcomer", random.choice([None, 7, "x", [], {}])), *((k, more(v)) for k, v in value.items())]
        random.shuffle(items)
        return dict(items)

    reply.content = json.dumps(more(reply.json()), indent=random.choice([None, 2])).encode()
    return True


def other_number(random: Random, reply: Reply) -> bool:
    """Write a number as a text or a fraction, or the other way round."""
    body = reply.json()
    spot = any_spot(random, body, lambda s: type(s.value) is int or (isinstance(s.value, str) and s.value.isdigit()))
    if spot:
        value = spot.value
        forms = [int(value), float(value)] if isinstance(value, str) else [str(value), float(value), f" {value}"]
        spot.owner[spot.key] = random.choice(forms)
        reply.take(body)
    return spot is not None


def confused_rows(random: Random, reply: Reply) -> bool:
    """Give a row of a list the id or the number of another one."""
    body = reply.json()
    lists = [s.value for s in spots(body) if isinstance(s.value, list) and len(s.value) > 1]
    pairs = []
    for rows in lists:
        names = [name for name in IDENTITIES if all(isinstance(row, dict) and row.get(name) for row in rows)]
        pairs += [(rows, name) for name in names if len({row[name] for row in rows}) > 1]
    if not pairs:
        return False
    rows, name = random.choice(pairs)
    one, other = random.sample(rows, 2)
    if one[name] == other[name] or len(one.keys() & set(IDENTITIES)) < 2:
        return False  # nothing would contradict it
    one[name] = other[name]
    reply.take(body)
    return True


def not_modified(random: Random, reply: Reply) -> bool:
    """Say that nothing changed, with or without the content."""
    reply.status = 304
    reply.content = random.choice([b"", reply.content])
    return True


def other_etag(random: Random, reply: Reply) -> bool:
    if "etag" not in reply.headers:
        return False
    etag = random.choice([None, "", '"', 'W/"x"', "x" * 5_000, '"\u00e9"', "*"])
    del reply.headers["etag"]
    if etag is not None:
        reply.headers["etag"] = etag
    return True


def odd_price(random: Random, reply: Reply) -> bool:
    """What a query costs, and what is left."""
    body = reply.json()
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict) or "rateLimit" not in body["data"]:
        return False
    costs: list[object] = [None, -1, 0, 10**9, "1", 1.5, True, {}]
    body["data"]["rateLimit"] = random.choice([None, {}, {"cost": random.choice(costs)}, 7, []])
    reply.take(body)
    return True


def odd_limit(random: Random, reply: Reply) -> bool:
    """A limit whose numbers contradict each other, in a good response."""
    reply.headers |= {
        "x-ratelimit-limit": random.choice(["0", "5000", "60"]),
        "x-ratelimit-remaining": random.choice(["-5", "4999", "99999999", "+1", "1e3"]),
        "x-ratelimit-used": random.choice(["0", "-1", "5001", "x"]),
        "x-ratelimit-reset": random.choice(["0", "1", "99999999999", "1764720000.5", "1764720000000"]),
    }
    if random.random() < 0.3:
        reply.headers["retry-after"] = random.choice(["0", "-1", "soon"])
    return True


def wandering_link(random: Random, reply: Reply) -> bool:
    """A next page that is this one, the first one, or one of another list."""
    if not reply.content.startswith(b"["):
        return False
    here = "https://api.github.com/repositories/1007/"
    places = ["activity?per_page=100", "security-advisories?per_page=100", "activity?after=x", "commits", ""]
    links = [f'<{here}{place}>; rel="next"' for place in random.sample(places, random.choice([1, 2]))]
    reply.headers["link"] = ", ".join(links)
    return True


def other_type(random: Random, reply: Reply) -> bool:
    """Name another type of an object. Of an event, an account or a signature, one that is new is plausible."""
    body = reply.json()
    spot = any_spot(random, body, lambda s: s.key == "__typename")
    if spot:
        spot.owner[spot.key] = random.choice(["", "Query", "Label", "PageInfo"])
        reply.take(body)
    return spot is not None
