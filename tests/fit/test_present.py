import dataclasses
import io
import re

from rich.console import Console

from morefit_py.fit.minimise import minimise
from morefit_py.fit.present import as_html, as_table, as_text

from .problems import counting, flat, gauss_exp

FIT = dataclasses.replace(
    minimise(gauss_exp(60, 80).but(held=(4,)), minos=["mean"], backend="device", units={"mean": "GeV"}),
    latex={"mean": r"\mu"},
    times={"total": 0.0123},
)


def test_text_has_every_parameter_rounded():
    text = as_text(FIT)
    assert str(FIT) == text
    assert text.startswith("Valid minimum: NLL = ")
    assert "in 12.3 ms (newton, device)" in text
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert set(FIT.parameters) <= set(lines)
    assert "GeV" in lines["mean"]
    assert lines["slope"].split()[1:] == ["0.33", "fixed"]
    assert lines["mean"].count("-0.0") == 1
    assert all(line == line.rstrip() for line in text.splitlines())


def test_text_says_why_a_result_is_not_valid():
    text = as_text(minimise(flat()))
    assert text.startswith("NOT A VALID MINIMUM")
    assert "singular" in text
    assert "no error" in text


def test_limits_are_marked():
    assert "at limit" in as_text(minimise(counting()))


def test_table_of_rich():
    stream = io.StringIO()
    Console(file=stream, width=120).print(FIT)
    assert as_table(FIT).row_count == 5
    assert "Valid minimum" in stream.getvalue()
    assert "n_background" in stream.getvalue()


def test_the_title_of_a_small_table_does_not_break():
    stream = io.StringIO()
    Console(file=stream, width=80).print(minimise(counting(9.0)))
    first = stream.getvalue().splitlines()[0].strip()
    assert re.fullmatch(r"Valid minimum: NLL = -?[\d.]+, EDM = \S+", first)


def test_square_brackets_stand_as_they_are():
    odd = dataclasses.replace(FIT, valid=False, reasons=("see [red] and [/red]",))
    for markup in (True, False):
        stream = io.StringIO()
        Console(file=stream, width=120, markup=markup).print(odd)
        assert "see [red] and [/red]" in stream.getvalue()


def test_html_escapes_names_and_shows_latex():
    odd = dataclasses.replace(
        minimise(counting(9.0).but(names=("<s>",))), message="a < b", notes=("n < 1",), latex={}
    )
    html = as_html(odd)
    assert "&lt;s&gt;" in html
    assert "<s>" not in html
    assert "n &lt; 1" in html
    assert odd._repr_html_() == html
    assert r"$\mu$" in as_html(FIT)
