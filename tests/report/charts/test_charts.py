import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.statistics.survival import kaplan_meier
from collector.report.charts.bars import SPARK_HEIGHT, interval_bar, sparkline
from collector.report.charts.history import Point, history, runs
from collector.report.charts.releases import releases
from collector.report.charts.sharing import LAYERS, Quarter, layers, sharing
from collector.report.charts.survival import survival
from collector.report.charts.svg import Chart, Scale, nice_top, number

BEGIN, END = date(2024, 1, 1), date(2025, 12, 29)
HOSTILE = '</svg><script>alert(1)</script> & "quoted"'


def known(day: date, value: float = 10) -> Point:
    return Point(day, "ok", value, value - 2, value + 2)


def unknown(day: date) -> Point:
    return Point(day, "insufficient", None, None, None)


def weekly(count: int, make: Callable[[date], Point] = known, begin: date = BEGIN) -> list[Point]:
    return [make(begin + timedelta(weeks=n)) for n in range(count)]


def drawn(points: list[Point], unit: str = "weeks") -> Element:
    return fromstring(history(points, unit, BEGIN, END, "Title", "Text"))


def of_class(root: Element, kind: str) -> list[Element]:
    return [e for e in root.iter() if e.get("class") == kind]


def points_of(path: Element) -> list[tuple[float, float]]:
    first, _, steps = path.attrib["d"].removeprefix("M").removesuffix("Z").partition("l")
    numbers = [float(n) for n in f"{first} {steps}".split()]
    moves = list(zip(numbers[::2], numbers[1::2], strict=True))
    return [(sum(x for x, _ in moves[: n + 1]), sum(y for _, y in moves[: n + 1])) for n in range(len(moves))]


EVERY = [
    history(weekly(20), "weeks", BEGIN, END, HOSTILE, HOSTILE),
    releases([BEGIN], [END], BEGIN, END, HOSTILE, HOSTILE),
    sharing([Quarter(BEGIN, END, (3, 2, 1, 1))], HOSTILE, HOSTILE),
    survival(kaplan_meier([1, 2], [True, False]), 2, 7, 30, HOSTILE, HOSTILE),
]


@pytest.mark.parametrize("svg", EVERY)
def test_every_chart_is_well_formed_and_says_what_it_shows(svg: str) -> None:
    root = fromstring(svg)
    assert (root.tag, root.get("role")) == ("svg", "img")
    assert (root[0].tag, root[0].text, root[1].tag, root[1].text) == ("title", HOSTILE, "desc", HOSTILE)
    assert not list(root.iter("script"))


@pytest.mark.parametrize("svg", EVERY)
def test_every_mark_lies_inside_its_chart(svg: str) -> None:
    root = fromstring(svg)
    width, height = (float(x) for x in root.attrib["viewBox"].split()[2:])
    for element in root.iter():
        across = [float(v) for k, v in element.attrib.items() if k in ("x", "x1", "x2", "cx")]
        down = [float(v) for k, v in element.attrib.items() if k in ("y", "y1", "y2", "cy")]
        if "d" in element.attrib:
            xs, ys = zip(*points_of(element), strict=True)
            across, down = [*across, *xs], [*down, *ys]
        assert all(0 <= x <= width for x in across)
        assert all(0 <= y <= height for y in down)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.001, 1e6))
def test_a_scale_keeps_order_and_stays_inside(one: float, other: float, span: float) -> None:
    scale = Scale(-span, span, 10, 300)
    assert 10 <= scale(one) <= 300.0001
    assert one > other or scale(one) <= scale(other)
    assert scale(0) == pytest.approx(155)


@given(st.floats(0, 1e9))
def test_the_top_of_an_axis_is_the_next_round_number(highest: float) -> None:
    top = nice_top(highest)
    assert top >= highest
    assert top == 1 or top <= 2 * highest
    digits = f"{top:.10e}"[:3]
    assert digits in {"1.0", "1.5", "2.0", "3.0", "4.0", "5.0", "6.0", "8.0"}


@given(st.floats(-1e5, 1e5))
def test_coordinates_are_short(x: float) -> None:
    assert math.isclose(float(number(x)), x, abs_tol=0.0501)
    assert number(x) != "-0"
    assert not number(x).endswith(".0")


def test_a_history_is_one_line_with_its_band() -> None:
    root = drawn(weekly(50))
    (line,), (band,) = of_class(root, "line"), of_class(root, "band")
    assert len(points_of(line)) == 50
    assert len(points_of(band)) == 100
    assert not of_class(root, "unknown")


def test_higher_values_stand_higher_and_later_ones_further_right() -> None:
    root = drawn([known(BEGIN, 10), known(BEGIN + timedelta(weeks=1), 30)])
    (first, second) = points_of(of_class(root, "line")[0])
    assert second[0] > first[0]
    assert second[1] < first[1]


def test_unknown_is_drawn_as_unknown_and_never_as_zero() -> None:
    later = BEGIN + timedelta(weeks=20)
    root = drawn([*weekly(20), *weekly(30, unknown, later), *weekly(20, known, later + timedelta(weeks=30))])
    assert len(of_class(root, "line")) == 2
    (hatched,) = of_class(root, "unknown")
    assert "unknown" in [e.text for e in root.iter("text")]
    base = max(float(e.attrib["y1"]) for e in of_class(root, "axis"))
    lines = [points_of(line) for line in of_class(root, "line")]
    assert all(y < base for line in lines for _, y in line)
    begin, end = float(hatched.attrib["x"]), float(hatched.attrib["x"]) + float(hatched.attrib["width"])
    assert lines[0][-1][0] < begin < end < lines[1][0][0]
    nothing = drawn(weekly(40, unknown))
    assert not of_class(nothing, "line")
    assert not of_class(nothing, "dot")


def test_a_lone_value_is_a_dot_with_its_interval() -> None:
    root = drawn([unknown(BEGIN), known(BEGIN + timedelta(weeks=1)), unknown(BEGIN + timedelta(weeks=2))])
    assert len(of_class(root, "whisker")) == len(of_class(root, "dot")) == 1


@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=30))
def test_runs_hold_every_point_once_and_do_not_mix(steps: list[tuple[int, bool]]) -> None:
    points, day = [], BEGIN
    for days, is_known in steps:
        day += timedelta(days=days)
        points.append(known(day) if is_known else unknown(day))
    found = list(runs(points))
    assert [p for run in found for p in run] == points
    for run in found:
        assert len({p.known for p in run}) == 1
        assert all((b.as_of - a.as_of).days <= 32 for a, b in pairwise(run))


@pytest.mark.parametrize(
    ("unit", "value", "ticks"),
    [
        ("probability", 0.3, ["0", "50 %", "100 %"]),
        ("weeks", 3, ["0", "26", "52"]),
        ("days", 360, ["0", "200", "400"]),
        ("people", 2, ["0", "2", "4"]),
        ("per year", -0.3, ["x 1/16", "x 1", "x 16"]),
        ("of 13", 1, ["0", "6.5", "13"]),
        ("0..1", 0.2, ["0", "0.5", "1"]),
    ],
)
def test_the_axis_fits_the_unit(unit: str, value: float, ticks: list[str]) -> None:
    point = Point(BEGIN, "ok", value, value, value)
    if unit in ("people", "per year"):
        point = Point(BEGIN, "ok", value, value - 2, value + 2)
    assert [e.text for e in of_class(drawn([point], unit), "tick end")] == ticks


def test_the_survival_curve_rises_to_the_estimate() -> None:
    estimate = kaplan_meier([1, 3, 8, 20, 40], [True, True, True, False, False])
    root = fromstring(survival(estimate, 5, 7, 30, "Title", "Text"))
    line = points_of(of_class(root, "line")[0])
    assert all(a[0] <= b[0] and a[1] >= b[1] for a, b in pairwise(line))
    y = Scale(0, 1, 130, 8)
    (dot,) = of_class(root, "dot")
    assert float(dot.attrib["cy"]) == pytest.approx(y(0.4), abs=0.06)
    assert line[-1][1] == pytest.approx(y(0.6), abs=0.06)
    band = points_of(of_class(root, "band")[0])
    assert min(y for _, y in band) < line[-1][1] < max(y for _, y in band)


def test_releases_go_up_when_they_count_and_down_when_not() -> None:
    week = date(2025, 3, 3)
    counted = [week, week + timedelta(days=6), week + timedelta(days=7)]
    root = fromstring(releases(counted, [week], BEGIN, END, "Title", "Text"))
    middle = min(float(e.attrib["y1"]) for e in of_class(root, "axis"))
    up, down = of_class(root, "counted"), of_class(root, "left-out")
    assert len(up) == 2
    assert len(down) == 1
    assert float(up[0].attrib["height"]) == pytest.approx(2 * float(up[1].attrib["height"]))
    assert all(float(e.attrib["y"]) + float(e.attrib["height"]) == pytest.approx(middle, abs=0.11) for e in up)
    assert float(down[0].attrib["y"]) == middle


@given(st.lists(st.integers(1, 200), max_size=12))
def test_layers_are_the_whole_of_the_work(amounts: list[int]) -> None:
    found = layers(Quarter(BEGIN, END, tuple(sorted(amounts, reverse=True))))
    assert len(found) == len(LAYERS)
    assert sum(found) == pytest.approx(1 if amounts else 0)
    assert found[0] >= found[1] >= found[2]


def test_a_quarter_without_work_is_said_to_have_none() -> None:
    root = fromstring(sharing([Quarter(BEGIN, END, ()), Quarter(BEGIN, END, (4, 1))], "Title", "Text"))
    assert [e.text for e in of_class(root, "tick middle")][:1] == ["none"]
    assert [e.get("class") for e in root.iter("rect")] == ["first", "second"]


def test_an_unknown_score_is_hatched_and_has_no_dot() -> None:
    root = fromstring(interval_bar(None, None, None))
    assert [e.get("class") for e in root] == ["unknown"]
    zero = fromstring(interval_bar(0, 0, 0.2))
    assert [e.get("class") for e in zero] == ["track", "range", "dot"]
    partly = fromstring(interval_bar(0, 0, 0.2, partly=True))
    assert [e.get("class") for e in partly] == ["track", "range", "dot partly"]


@given(st.lists(st.integers(0, 500), max_size=52))
def test_a_sparkline_has_a_column_for_each_week_with_work(amounts: list[int]) -> None:
    root = fromstring(sparkline(amounts))
    columns = "".join(e.attrib["d"] for e in of_class(root, "columns"))
    tops = [float(top) for top in re.findall(r"V([\d.]+)", columns)]
    assert len(tops) == sum(amount > 0 for amount in amounts)
    assert all(0 <= top < SPARK_HEIGHT for top in tops)


def test_a_script_finds_the_value_of_each_date() -> None:
    points = [known(BEGIN), unknown(BEGIN + timedelta(weeks=1))]
    root = fromstring(history(points, "weeks", BEGIN, END, "Title", "Text", lambda p: str(p.value)))
    assert root.attrib["data-at"] == "0,7"
    assert (root.attrib["data-pattern"], root.attrib["data-said"]) == ("{}", f"{points[0].value}|=None")
    (plot,) = of_class(root, "plot")
    assert plot.attrib["viewBox"] == "40 0 292 128", "as it is drawn, nothing is stretched"


def test_what_is_written_into_a_chart_is_text() -> None:
    chart = Chart(10, "Title", "Text", "history")
    chart.add("text", "note", HOSTILE, x=1, y=1)
    assert "<script" not in chart.text()
