"""Reading pools and quotas: what is taken, and what is refused with which sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.analysis.lot.pools import Quota
from coalition.base.errors import Refused
from coalition.consultations.files import pools

pytestmark = pytest.mark.any_database

QUOTAS = "feature,value,min,max\ngender,f,1,2\ngender,m,1,2\n"
POOL = "id,gender,name\n7,f,One\n3,m,Two\n5,m,Three\n"


@pytest.fixture
def files(tmp_path: Path):
    def written(pool: str | bytes = POOL, quotas: str | bytes = QUOTAS) -> tuple[Path, Path]:
        paths = tmp_path / "pool.csv", tmp_path / "quotas.csv"
        for path, content in zip(paths, (pool, quotas), strict=True):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return paths

    return written


def read(files, pool: str | bytes = POOL, quotas: str | bytes = QUOTAS, size: int = 2, **options):
    return pools.problem(*files(pool, quotas), size, **options)


# --- What is taken ---------------------------------------------------------------------------


def test_pool_and_quotas_are_read(files) -> None:
    problem = read(files)

    assert problem.pool.ids == ("7", "3", "5")
    assert problem.pool.features == ("gender",)
    assert problem.quotas == (Quota("gender", "f", 1, 2), Quota("gender", "m", 1, 2))
    assert problem.types.values == (("f",), ("m",))
    assert problem.types.sizes.tolist() == [1, 2]


@pytest.mark.parametrize(
    "quotas",
    [
        "category,feature,min,max\ngender,f,1,2\ngender,m,1,2\n",
        "category,name,min,max\ngender,f,1,2\ngender,m,1,2\n",
        "min,max,value,feature\n1,2,f,gender\n1,2,m,gender\n",
        "Feature;Value;Min;Max\r\ngender;f;1;2\r\ngender;m;1;2\r\n",
        "feature\tvalue\tmin\tmax\n\nGENDER\t f \t1\t2.0\nGender\tm\t1\t2\n",
    ],
)
def test_headings_of_all_styles_say_the_same(files, quotas: str) -> None:
    problem = read(files, quotas=quotas)

    assert [(q.feature.casefold(), q.value, q.least, q.most) for q in problem.quotas] == [
        ("gender", "f", 1, 2),
        ("gender", "m", 1, 2),
    ]
    assert problem.types.sizes.tolist() == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_writings_are_read(files, encoding: str) -> None:
    problem = read(
        files,
        "id,Größe\n1,groß\n2,klein\n".encode(encoding),
        "feature,value,min,max\nGröße,groß,0,1\nGröße,klein,0,1\n".encode(encoding),
        1,
    )

    assert problem.types.values == (("groß",), ("klein",))


def test_flex_bounds_are_how_far_a_quota_may_be_changed(files) -> None:
    problem = read(
        files,
        quotas="feature,value,min,max,min_flex,max_flex\ngender,f,1,2,0,3\ngender,m,1,2,,\n",
    )

    assert problem.quotas[0] == Quota("gender", "f", 1, 2, floor=0, ceiling=3)
    assert problem.quotas[1] == Quota("gender", "m", 1, 2, floor=0, ceiling=None)


@pytest.mark.parametrize(
    ("pool", "options", "ids"),
    [
        ("gender,name\nf,One\nm,Two\nm,Three\n", {}, ("1", "2", "3")),
        (POOL, {"numbered": True}, ("1", "2", "3")),
        ("gender,name\nf,One\nm,Two\nm,Three\n", {"id_heading": "NAME"}, ("One", "Two", "Three")),
        ("gender,member_id\nf,a\nm,b\nm,c\n", {}, ("a", "b", "c")),
        ("household_id,gender,ID\n1,f,a\n1,m,b\n1,m,c\n", {}, ("a", "b", "c")),
        ("post code,gender\n1,f\n1,m\n1,m\n", {}, ("1", "2", "3")),
    ],
)
def test_people_are_told_apart(files, pool: str, options: dict, ids: tuple[str, ...]) -> None:
    assert read(files, pool, **options).pool.ids == ids


def test_pool_of_one_column_is_read(files) -> None:
    assert read(files, "gender\nf\nm\nm\n").pool.ids == ("1", "2", "3")


def test_value_without_people_is_no_fault_of_the_file(files) -> None:
    assert read(files, quotas=QUOTAS + "gender,x,0,0\n").quotas[2] == Quota("gender", "x", 0, 0)


def test_long_texts_in_other_columns_do_not_matter(files) -> None:
    assert read(files, f"id,gender,why\n1,f,{'x' * 9_000}\n2,m,\n").pool.ids == ("1", "2")


@pytest.mark.realdata
def test_files_of_the_data_folder_are_read(data_dir: Path) -> None:
    folder = data_dir / "sortition"
    small = pools.problem(
        folder / "example_small_20/respondents.csv", folder / "example_small_20/categories.csv", 20
    )
    example = pools.problem(
        folder / "quota_example/candidates.csv", folder / "quota_example/features.csv", 22
    )

    assert small.types.sizes.tolist() == [1, 99, 100]
    assert small.pool.ids[:2] == ("1", "2")
    assert len(example.pool.ids) == 150
    assert example.pool.ids[0] == "p0"
    assert len(example.quotas) == 20
    assert example.quotas[0] == Quota("Gender", "Female", 11, 12, floor=0, ceiling=12)


# --- What is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quotas", "sentence"),
    [
        ("", "quotas.csv has no quotas"),
        ("feature,value,min,max\n", "quotas.csv has no quotas"),
        ("thing,value,min,max\nx,y,1,2\n", "the headings of quotas were not found"),
        ("feature,value,min\ngender,f,1\n", "there is no column “max”"),
        ("feature,feature,value,min,max\na,b,c,1,2\n", "two columns are headed “feature”"),
        (QUOTAS + "gender,x,many,2\n", "row 4: min is “many”"),
        (QUOTAS + "gender,x,-1,2\n", "row 4: min is “-1”"),
        (QUOTAS + "gender,x,1.5,2\n", "row 4: min is “1.5”"),
        (QUOTAS + "gender,x,,2\n", "row 4: min is “”"),
        (QUOTAS + f"gender,x,1,{'9' * 30}\n", "row 4: max is “999"),
        (QUOTAS + "gender,x,3,2\n", "row 4: the least number, 3, is above the greatest, 2"),
        (QUOTAS + "gender,F,1,2\n", "row 4: gender: F has a quota in row 2 already"),
        (QUOTAS + "gender,,1,2\n", "row 4: a quota needs a feature and a value"),
        (QUOTAS + "age,old,0,2\n", "pool.csv: there is no column “age”, which the quotas name"),
        (QUOTAS + "gender,a,b,0,2\n", "row 4: it has more cells than there are headings"),
        ("feature,value,min,max,min_flex,max_flex\ngender,f,1,2,2,3\n", "must not lie within"),
        ('feature,value,min,max\ngender,"f,1,2\n', "quotas.csv"),
        (QUOTAS.replace("f", "f" * 300), "quotas.csv"),
        (b"PK\x03\x04rest", "is a workbook"),
    ],
)
def test_broken_quotas_are_refused(files, quotas: str | bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(files, quotas=quotas)


@pytest.mark.parametrize(
    ("pool", "sentence"),
    [
        ("", "pool.csv has no people"),
        ("id,gender\n", "pool.csv has no people"),
        ("id,age\n1,old\n", "there is no column “gender”, which the quotas name. Its columns are"),
        ("id,gender,Gender\n1,f,f\n", "two columns are headed “gender” \\(columns 2 and 3\\)"),
        ("id,gender\n1,f\n2,\n", "row 3: gender is missing. It is one of: f, m."),
        ("id,gender\n1,f\n2\n", "row 3: gender is missing"),
        ("id,gender\n1,f\n\n2,woman\n", "row 4: no quota names gender “woman”"),
        ("id,gender\n1,f\n1,m\n", "row 3: id “1” stands in row 2 already"),
        ("id,gender\n1,f\n,m\n", "row 3: id is missing"),
        ("id,gender\n1,f,x\n", "row 2: it has more cells than there are headings"),
        (f"id,gender\n{'1' * 300},f\n", "row 2: what stands under “id” is longer than 200"),
        ("id,gender\n1,f\n", "A panel of 2 cannot be drawn from the 1 people"),
        (b"\x00\x01\x02" * 50, "pool.csv"),
    ],
)
def test_broken_pool_is_refused(files, pool: str | bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(files, pool)


@pytest.mark.parametrize("size", [0, -1, 4, 10**9])
def test_size_must_fit_the_pool(files, size: int) -> None:
    with pytest.raises(Refused, match=f"A panel of {size} cannot be drawn from the 3 people"):
        read(files, size=size)


def test_missing_and_unreadable_files_are_refused(tmp_path: Path, files) -> None:
    pool, quotas = files()

    for broken in (tmp_path / "none.csv", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(Refused):
            pools.problem(pool, broken, 2)
        with pytest.raises(Refused):
            pools.problem(broken, quotas, 2)


def test_wrong_name_of_the_id_column_is_refused(files) -> None:
    with pytest.raises(
        Refused, match=r"there is no column “nr”\. Its columns are: id, gender, name"
    ):
        read(files, id_heading="nr")


def test_too_many_rows_are_refused(files, monkeypatch) -> None:
    monkeypatch.setattr(pools, "MOST_PEOPLE", 2)

    with pytest.raises(Refused, match="has more than 2 rows"):
        read(files)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_mutilated_files_are_read_or_refused(files, data) -> None:
    """Never another error than a refusal, whatever the bytes."""
    contents = []
    for whole in (POOL.encode(), QUOTAS.encode()):
        content = bytearray(whole)
        for _ in range(data.draw(st.integers(0, 3))):
            at = data.draw(st.integers(0, len(content)))
            piece = data.draw(
                st.sampled_from([b'"', b",", b"\n", b"\0", b"\xff\xfe", b"\xc3", b""])
            )
            content[at : at + data.draw(st.integers(0, 6))] = piece
        contents.append(bytes(content))

    try:
        problem = read(files, contents[0], contents[1], 1)
    except Refused:
        return
    assert len(problem.pool.ids) == len(set(problem.pool.ids)) >= 1
