"""How much memory and time visitors' SQL takes at most: 200 hostile queries against `collect serve` on a database.

    .venv-test/bin/python -m benchmarks.serve [DATABASE]

Without a database, that of the demo is made.
"""

import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SERIES = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{limit}) "
SIZES = (10**5, 10**6, 10**7, 10**8, 2 * 10**9)


def hostile() -> Iterator[str]:
    """Queries that want too much of something, in several sizes."""
    for size in SIZES:
        series = SERIES.format(limit=f" LIMIT {size}")
        yield f"SELECT zeroblob({size})"
        yield f"SELECT randomblob({size})"
        yield f"SELECT hex(zeroblob({size}))"
        yield f"SELECT printf('%.{size}d', 1)"
        yield f"SELECT printf('%{size}s', 'x')"
        yield f"SELECT replace(hex(zeroblob({size} / 4)), '0', '0123456789')"
        yield f"SELECT quote(zeroblob({size}))"
        yield f"SELECT json_quote(hex(zeroblob({size})))"
        yield f"SELECT length(zeroblob({size}) || zeroblob({size}))"
        yield f"{series} SELECT i, hex(randomblob(400)) FROM n"
        yield f"{series} SELECT hex(randomblob(40000)) FROM n"
        yield f"{series} SELECT hex(randomblob(400000)) FROM n"
        yield f"{series} SELECT count(*) FROM n"
        yield f"{series} SELECT DISTINCT hex(randomblob(200)) FROM n"
        yield f"{series} SELECT hex(randomblob(200)) AS x FROM n ORDER BY x"
        yield f"{series} SELECT hex(randomblob(1000)) AS x, count(*) FROM n GROUP BY x"
        yield f"{series} SELECT group_concat(hex(randomblob(100))) FROM n"
        yield f"{series} SELECT json_group_array(hex(randomblob(100))) FROM n"
        yield f"{series} SELECT json_group_object(i, hex(randomblob(100))) FROM n"
        yield f"{series} SELECT max(i) OVER (ORDER BY hex(randomblob(100))) FROM n"
        yield f"{series} SELECT count(*) FROM n AS a, n AS b"
        yield f"{series}, m AS MATERIALIZED (SELECT i, zeroblob(1000) AS x FROM n) SELECT a.x FROM m AS a, m AS b"
        yield f"{series} SELECT " + ", ".join(f"hex(randomblob(10000)) AS c{c}" for c in range(90)) + " FROM n"
    for count in (10, 1000, 5000, 20000):
        yield "SELECT " + " || ".join(["'x'"] * count)
        yield "SELECT " + "(" * count + "1" + ")" * count
        yield "SELECT " + " UNION ALL SELECT ".join(["1"] * count)
        yield "SELECT 1 WHERE 1 IN (" + ",".join(["1"] * count) + ")"
        yield f"SELECT {'abs(' * count}1{')' * count}"
        yield f"SELECT json('{'[' * count}{']' * count}')"
        yield f"SELECT 1 FROM {', '.join(f'projects AS p{n}' for n in range(count))}"
        yield f"SELECT hex(zeroblob(100000)) LIKE '{'%0' * count}1'"
        yield f"SELECT hex(zeroblob(100000)) GLOB '{'*0' * count}1'"
        yield "SELECT * FROM " + "(SELECT * FROM " * count + "projects" + ")" * count
        yield "SELECT 1 WHERE " + "EXISTS (SELECT 1 WHERE " * count + "1" + ")" * count
        yield "SELECT * FROM projects ORDER BY " + ", ".join(f"random() + {n}" for n in range(count))
        doubled = ", ".join(f"c{n} AS (SELECT a.x FROM c{n - 1} AS a, c{n - 1} AS b)" for n in range(1, count))
        yield f"WITH c0 AS (SELECT 1 AS x UNION ALL SELECT 2), {doubled} SELECT count(*) FROM c{count - 1}"
    for table in ("commits", "issues", "comments", "events", "work"):
        yield f"SELECT count(*) FROM {table} AS a, {table} AS b, {table} AS c"
        yield f"SELECT * FROM {table} AS a, {table} AS b ORDER BY random()"
        yield f"SELECT group_concat(a.first_seen_at) FROM {table} AS a, {table} AS b"
        yield f"SELECT count(DISTINCT a.rowid || b.rowid) FROM {table} AS a, {table} AS b"
        yield f"SELECT a.rowid, sum(b.rowid) OVER (ORDER BY random()) FROM {table} AS a, {table} AS b"
        yield f"SELECT * FROM pragma_table_info('{table}'), pragma_index_list('{table}'), {table}"
    for table in ("releases_fts", "issues_fts", "pull_requests_fts"):
        yield f"SELECT * FROM {table} WHERE {table} MATCH '{' OR '.join(f'a{n}*' for n in range(2000))}'"
        yield f"SELECT * FROM {table} AS a, {table} AS b WHERE a.{table} MATCH 'a*' AND b.{table} MATCH 'b*'"


def resident(process: int, what: str) -> float:
    """Return MiB of a process, as the kernel counts them: `what` is VmRSS or VmHWM, the highest so far."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split(f"{what}:")[1].split()[0]) / 1024


def answer(address: str, sql: str) -> str:
    """Send a query, and return the status of the answer, or what else happened."""
    question = urllib.parse.urlencode({"sql": sql})
    try:
        with urllib.request.urlopen(f"{address}.json?{question}", timeout=60) as found:
            found.read()
            return str(found.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except (urllib.error.URLError, OSError) as error:
        return type(error).__name__


def main() -> None:
    """Run every query, and print how they were answered, the slowest, and the memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "demo.db"
        if len(sys.argv) == 1:
            subprocess.run(
                [sys.executable, "-m", "collector", "demo", "--db", str(path)], check=True, capture_output=True
            )
        words = [sys.executable, "-m", "collector", "serve", "--db", str(path), "--port", "0"]
        log = Path(folder) / "serve.log"
        with log.open("w") as written, subprocess.Popen(words, stderr=written) as server:
            while not (found := re.search(r"http://127\.0\.0\.1:\d+/", log.read_text(encoding="utf-8"))):
                time.sleep(0.1)
            address, statuses, slowest = found[0] + path.stem, Counter[str](), (0.0, "")
            answer(address, "SELECT 1")
            before, queries = resident(server.pid, "VmRSS"), list(hostile())
            for sql in queries:
                began = time.perf_counter()
                statuses[answer(address, sql)] += 1
                slowest = max(slowest, (time.perf_counter() - began, sql[:100]))
            alive = answer(address, "SELECT 1")
            print(f"{len(queries)} queries: {', '.join(f'{n} x {s}' for s, n in statuses.most_common())}; then {alive}")
            print(f"slowest {slowest[0]:.1f} s: {slowest[1]}")
            print(f"{log.read_text(encoding='utf-8').count('Traceback')} tracebacks")
            print(f"memory {before:.0f} MiB before, {resident(server.pid, 'VmHWM'):.0f} MiB at most")
            server.kill()


if __name__ == "__main__":
    main()
