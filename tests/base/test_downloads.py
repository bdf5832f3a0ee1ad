import csv
import io

import pytest
from openpyxl import load_workbook

from coalition.base.downloads import csv_file, xlsx_file


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+41 22", "'+41 22"),
        ("-1", "'-1"),
        ("@here", "'@here"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("a=1", "a=1"),
        ("", ""),
        (-1, "-1"),
        ("العمل, «كريم»", "العمل, «كريم»"),
    ],
)
def test_cell_is_never_a_formula(cell, written):
    answer = csv_file("list", ["words"], [[cell]])

    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    assert rows == [["words"], [written]]


def test_download_is_written_row_by_row():
    read = []

    def rows():
        for number in range(3):
            read.append(number)
            yield [number]

    lines = iter(csv_file("list", ["number"], rows()))
    assert (next(lines), next(lines), read) == (b"\xef\xbb\xbf", b"number\r\n", [])
    assert (next(lines), read) == (b"0\r\n", [0])


@pytest.mark.django_db  # to close a response lets go of old connections
def test_workbook_keeps_texts_as_texts_and_numbers_as_numbers():
    rows = [["=1+1", 3, None], ["a\x0bb", -2.5, "+49"]]

    response = xlsx_file("partners", ["Name", "Count", "Note"], rows)
    sheet = load_workbook(io.BytesIO(response.getvalue())).active
    response.close()

    assert response["Content-Disposition"] == 'attachment; filename="partners.xlsx"'
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Name", "Count", "Note"],
        ["=1+1", 3, None],
        ["ab", -2.5, "+49"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    assert sheet.freeze_panes == "A2"
