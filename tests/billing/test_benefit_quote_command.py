"""`manage.py benefit_quote`: JSON lines in, JSON lines out, no database."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

REPOSITORY = Path(__file__).resolve().parent.parent.parent
VISIT = {
    "ngay_vao": "202610050800",
    "ngay_ra": "202610051030",
    "ma_loai_kcb": "01",
    "ma_doituong_kcb": "1.1",
    "cards": [{"ma_the": "DN4790000000001", "tu": "20260101", "den": "20261231"}],
    "lines": [
        {
            "bang": "XML3",
            "ma_nhom": 2,
            "so_luong": "1",
            "don_gia_bv": "500000",
            "don_gia_bh": 500000,
            "pham_vi": 1,
        }
    ],
}
GOOD = json.dumps({"case_id": "A1", "kind": "visit", "input": VISIT})
EXAMS = json.dumps({"case_id": "A2", "kind": "exam_ratio", "input": {"so_lan": 2}})
BAD = json.dumps({"case_id": "A3", "kind": "visit", "input": VISIT | {"ma_doituong_kcb": "1.99"}})


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{GOOD}\n\n{EXAMS}\n", encoding="utf-8")
    return path


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("benefit_quote", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_one_answer_per_case_in_order(cases: Path) -> None:
    first, second = (json.loads(line) for line in run(str(cases)))

    assert first["case_id"] == "A1"
    assert first["result"]["T_BHTT"] == "400000.00"
    assert first["result"]["MUC_HUONG"] == "80"
    assert first["result"]["lines"][0]["t_bncct"] == "100000.00"
    assert second == {"case_id": "A2", "result": {"tyle_tt_dv": [100, 30]}}


def test_a_case_that_cannot_be_computed_ends_with_status_one(
    cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases.write_text(f"{BAD}\n{EXAMS}\n", encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        call_command("benefit_quote", str(cases))

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert ended.value.code == 1
    assert first["case_id"] == "A3"
    assert first["error"]["code"] == "route_code_not_in_force"
    assert "1.99" in first["error"]["message"]
    assert second["result"] == {"tyle_tt_dv": [100, 30]}


def test_explained_json_carries_the_sentences(cases: Path) -> None:
    first = json.loads(run(str(cases), "--explain")[0])

    assert any("Mức hưởng của thẻ DN4, mức 4: 80%." in line for line in first["explanation"])


def test_the_table_tells_the_reasons_below_each_case(cases: Path) -> None:
    head, row, *told = run(str(cases), "--format", "table", "--explain")

    assert head.split()[0] == "case_id"
    assert row.split() == ["A1", "500000.00", "400000.00", "100000.00", "0.00", "0.00", "80"]
    assert told[0] == "Lượt khám"
    assert any(line.startswith("  Mức tham chiếu (hiện bằng mức lương cơ sở)") for line in told)


def test_the_table_tells_a_refusal(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases.write_text(BAD, encoding="utf-8")

    with pytest.raises(SystemExit):
        call_command("benefit_quote", str(cases), "--format", "table")

    assert "route_code_not_in_force" in capsys.readouterr().out


def test_a_missing_file_is_told() -> None:
    with pytest.raises(CommandError):
        run("/nonexistent/cases.jsonl")


def test_stdin_is_read_without_any_variable_or_database() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "benefit_quote"],
        input=f"{GOOD}\n".encode(),
        capture_output=True,
        cwd=REPOSITORY,
        env={},
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["result"]["T_BHTT"] == "400000.00"
