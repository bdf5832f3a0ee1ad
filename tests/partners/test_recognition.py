from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.mailroom.reading import ReadMessage, read, unreadable
from coalition.partners.accession.names import names_in
from coalition.partners.accession.recognition import Suggestion, countries_in, recognise, sentences
from coalition.partners.accession.words import GROUPS, LANGUAGES, WORDS, fold

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "src/coalition/web/data/example_mails"
OTHERS = ROOT / "tests/mailroom/mails"

COUNTRIES = {  # a handful, in the languages that the mails are in
    "BGD": ("Bangladesh", "孟加拉国"),
    "CHN": ("China", "Chine", "Китай", "中国", "الصين"),
    "CIV": ("Côte d'Ivoire", "科特迪瓦"),
    "FJI": ("Fiji", "Fidji", "斐济"),
    "GIN": ("Guinea", "Guinée", "Гвинея"),
    "KAZ": ("Kazakhstan", "Казахстан"),
    "KEN": ("Kenya", "Кения", "肯尼亚", "كينيا"),
    "KGZ": ("Kyrgyzstan", "Кыргызстан"),
    "MAR": ("Morocco", "Maroc", "Марокко", "摩洛哥", "المغرب"),
    "NER": ("Niger", "尼日尔"),
    "NGA": ("Nigeria", "尼日利亚"),
    "PER": ("Peru", "Perú", "Pérou", "Перу"),
    "PNG": ("Papua New Guinea", "Папуа — Новая Гвинея"),
    "SEN": ("Senegal", "Sénégal"),
    "SGP": ("Singapore", "新加坡"),
    "TUN": ("Tunisia", "Tunisie", "تونس"),
    "URY": ("Uruguay", "Уругвай"),
}


def message_of(file: Path) -> ReadMessage:
    return read(
        file.read_bytes(),
        own_domains=frozenset({"coalition.example"}),
        own_addresses=frozenset({"join@coalition.example"}),
    )


APPLICATIONS = {
    # file: (organisations, countries, groups, language, contact, on behalf of)
    "01-english-union": (("Example Bakers’ Union",), "KEN", ("WRK",), "en", "Focal point", ()),
    "02-french-ministry": (
        ("Ministère Exemple du Travail",),
        "SEN",
        ("GOV",),
        "fr",
        "Cabinet",
        (),
    ),
    "03-spanish-employers-pdf": (
        ("Federación Ejemplo de Empleadores",),
        "PER",
        ("EMP",),
        "es",
        "Secretaría general",
        (),
    ),
    "04-russian-university": (("Примерный университет труда",), "KAZ", ("ACA",), "ru", "", ()),
    "05-arabic-association": (("جمعية المثال لعاملات المنازل",), "MAR", ("CSO",), "ar", "", ()),
    "06-chinese-company": (("示例纺织有限公司",), "CHN", ("BUS",), "zh", "", ()),
    "07-french-html-only": (
        ("Banque Exemple de Développement",),
        "CIV",
        ("IFI",),
        "fr",
        "Partenariats",
        (),
    ),
    "08-arabic-union-docx": (
        ("نقابة المثال لعمال النقل",),
        "TUN",
        ("WRK",),
        "ar",
        "مسؤولة العلاقات الدولية",
        (),
    ),
    "09-spanish-forwarded-inline": (
        ("Sindicato Ejemplo de Panaderos",),
        "URY",
        ("WRK",),
        "es",
        "Secretaría",
        (),
    ),
    "10-english-forwarded-attached": (
        ("Example Regional Labour Commission",),
        "FJI",
        ("IGO",),
        "en",
        "Registry",
        (),
    ),
    "11-russian-on-behalf": (
        ("Примерный профсоюз рыбаков",),
        "KGZ",
        ("WRK",),
        "ru",
        "председатель профсоюза",
        ("Примерный профсоюз рыбаков",),
    ),
    "12-chinese-two-organisations": (
        ("示例建筑工会", "示例建设企业联合会"),
        "SGP",
        ("WRK", "EMP"),
        "zh",
        "联络员",
        (),
    ),
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_application_is_recognised_with_what_it_says(name: str) -> None:
    found = recognise(message_of(EXAMPLES / f"{name}.eml"), countries=COUNTRIES)
    assert found.is_application is True
    assert (
        found.values("organisation"),
        *found.values("country"),
        found.values("group"),
        *found.values("language"),
        "".join(found.values("contact_name")),
        found.values("on_behalf_of"),
    ) == APPLICATIONS[name]
    assert all(suggestion.why for suggestion in found.suggestions)


def test_examples_are_the_twelve_of_the_table() -> None:
    assert sorted(file.stem for file in EXAMPLES.glob("*.eml")) == sorted(APPLICATIONS)


WEBSITES = {
    "01-english-union": ("https://bakers.example.org",),
    "02-french-ministry": ("https://www.travail.example.org",),
    "03-spanish-employers-pdf": ("https://empleadores.example.org/nosotros",),
    "08-arabic-union-docx": (),
    "10-english-forwarded-attached": ("https://www.erlc.example",),
}


@pytest.mark.parametrize("name", WEBSITES)
def test_website_is_the_one_the_message_names(name: str) -> None:
    found = recognise(message_of(EXAMPLES / f"{name}.eml"), countries=COUNTRIES)
    assert found.values("website") == WEBSITES[name]


def test_website_of_another_domain_is_doubted() -> None:
    message = application("Example Bakers' Union\nhttps://portal.example/members")
    [website] = [s for s in recognise(message, countries={}).suggestions if s.field == "website"]
    assert website.doubt == "It is not of the sender's domain."


def test_forwarded_application_says_so() -> None:
    for name in ("09-spanish-forwarded-inline", "10-english-forwarded-attached"):
        found = recognise(message_of(EXAMPLES / f"{name}.eml"), countries=COUNTRIES)
        assert found.why == "A forwarded message asks to join."


def test_several_organisations_carry_a_doubt() -> None:
    file = EXAMPLES / "12-chinese-two-organisations.eml"
    found = recognise(message_of(file), countries=COUNTRIES)
    assert [s.doubt for s in found.suggestions if s.field == "organisation"] == [
        "The message names several organisations: is it one request each?"
    ] * 2


NO_WISH = "Nothing in it says that somebody wishes to join."
QUESTION = "It asks about joining, and does not ask to join."
LIST = "It carries the headers of a mailing list."
OTHER_VERDICTS = {
    "bounce": "It reports that a message could not be delivered.",
    "forged-display-name": "Its sender's name shows another address than the real one.",
    "forged-own-domain": "It claims to come from our own domain.",
    "invitation": NO_WISH,
    "invoice": NO_WISH,
    "mailing-list": LIST,
    "newsletter": LIST,
    "no-organisation": "It asks to join, but no organisation was recognised in it.",
    "out-of-office": "Its header Auto-Submitted says that a program sent it.",
    "question": QUESTION,
    "question-in-french": QUESTION,
    "reply-quoting-an-application": NO_WISH,
    "spam": "It speaks of joining, but not of joining a coalition.",
    "withdrawal": NO_WISH,
}


@pytest.mark.parametrize("name", OTHER_VERDICTS)
def test_other_mail_opens_nothing_and_says_why(name: str) -> None:
    found = recognise(message_of(OTHERS / f"{name}.eml"), countries=COUNTRIES)
    assert (found.is_application, found.why) == (False, OTHER_VERDICTS[name])
    assert found.suggestions == ()


def test_other_mails_are_those_of_the_table() -> None:
    judged_before = "forged-dmarc"  # by the mail room, from what our server noted
    assert sorted(file.stem for file in OTHERS.glob("*.eml")) == sorted(
        [*OTHER_VERDICTS, judged_before]
    )


@pytest.mark.realdata
def test_no_real_message_is_an_application(data_dir: Path) -> None:
    files = [*data_dir.glob("emails/**/*.eml"), *data_dir.glob("emails/**/msg_*.txt")]
    readable = [file for file in files if not unreadable(file.read_bytes())]
    applications = [
        file.name
        for file in readable
        if recognise(message_of(file), countries=COUNTRIES).is_application
    ]
    assert (len(readable), applications) == (115, [])


# --- The rules one by one ------------------------------------------------------------------


def application(words: str, **fields: str) -> ReadMessage:
    wish = "We would like to join the Coalition.\n\nKind regards,\n\n"
    given_fields = {"from_address": "a@bakers.example.org", **fields}
    return ReadMessage(words=wish + words, **given_fields)


WISHES = [
    ("We hereby apply for membership in the Coalition.", True),
    ("Please register us as a partner of the Coalition.", True),
    ("Our board has decided to join your coalition.", True),
    ("We are interested in joining the Coalition.", True),
    ("Can we join the Coalition?", False),
    ("We would like to know how to join the Coalition.", False),
    ("We do not wish to join the Coalition.", False),
    ("We would like you to join our coalition.", False),
    ("The Coalition met on Monday.", False),
    ("Solicitamos nuestra incorporación a la Coalición.", True),
    ("Queremos ser miembros de la Coalicion.", True),
    ("¿Cómo podemos unirnos a la Coalición?", False),
    ("No deseamos adherirnos a la Coalición.", False),
    ("Nous sollicitons l'adhésion à la Coalition.", True),
    ("Nous voudrions devenir membre de la coalition.", True),
    ("Comment devenir membre de la coalition ?", False),
    ("Nous ne souhaitons plus rejoindre la Coalition.", False),
    ("Просим принять нас в Коалицию.", True),
    ("Мы хотели бы присоединиться к Коалиции.", True),
    ("Как нам вступить в Коалицию?", False),
    ("Мы не хотим вступать в Коалицию.", False),
    ("我们申请加入联盟。", True),
    ("我们希望成为联盟的合作伙伴。", True),
    ("我们如何加入联盟？", False),
    ("我们不希望加入联盟。", False),
    ("نطلب الانضمام إلى الائتلاف.", True),
    ("نود أن نصبح شريكا في التحالف.", True),
    ("كيف يمكننا الانضمام إلى الائتلاف؟", False),
    ("لا نرغب في الانضمام إلى الائتلاف.", False),
]


@pytest.mark.parametrize(("sentence", "wish"), WISHES)
def test_wish_to_join_is_told_from_questions_and_refusals(sentence: str, wish: bool) -> None:
    message = ReadMessage(words=f"{sentence}\n\nExample Bakers' Union")
    assert recognise(message, countries={}).is_application is wish


NAMES = [
    ("en", "On behalf of the Example Bakers' Union, I greet you", ["Example Bakers' Union"]),
    ("en", "Secretary General of the Example Trade Union", ["Example Trade Union"]),
    (
        "en",
        "The Example Tailors' Union and the Example Weavers' Federation would like to join",
        ["Example Tailors' Union", "Example Weavers' Federation"],
    ),
    ("en", "Example Ministry of Labour and Social Security", None),
    ("en", "we are a trade union", []),
    ("en", "The sun was shining", []),
    ("fr", "La présidente du Réseau Exemple des Artisans", ["Réseau Exemple des Artisans"]),
    ("fr", "l'Association Exemple des femmes", ["Association Exemple des femmes"]),
    ("es", "Somos el Sindicato Ejemplo de Panaderos", ["Sindicato Ejemplo de Panaderos"]),
    ("es", "El Banco Ejemplo y la Universidad Ejemplo", ["Banco Ejemplo", "Universidad Ejemplo"]),
    ("ru", "Просим принять Примерный союз пекарей", ["Примерный союз пекарей"]),
    ("zh", "我谨代表示例大学和示例工会", ["示例大学", "示例工会"]),
    ("zh", "示例劳动和社会保障部希望加入", ["示例劳动和社会保障部"]),
    (
        "ar",
        "تود نقابة المثال للنسيج واتحاد المثال لأصحاب العمل الانضمام",
        ["نقابة المثال للنسيج", "اتحاد المثال لأصحاب العمل الانضمام"],
    ),
]


@pytest.mark.parametrize(("language", "text", "names"), NAMES)
def test_names_of_organisations_are_cut_out(
    language: str, text: str, names: list[str] | None
) -> None:
    assert names_in(text, WORDS[language]) == (names if names is not None else [text])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Niamey, Niger", ["NER"]),
        ("Lagos, NIGERIA", ["NGA"]),
        ("Papua New Guinea", ["PNG"]),
        ("Conakry, Guinee", ["GIN"]),
        ("в Кении и Марокко", ["KEN", "MAR"]),
        ("من المغرب وتونس", ["MAR", "TUN"]),
        ("للمغرب", ["MAR"]),
        ("来自尼日利亚", ["NGA"]),
        ("Nigerian Kenyans", []),
    ],
)
def test_countries_are_found_in_any_language(text: str, codes: list[str]) -> None:
    assert list(countries_in(text, COUNTRIES)) == codes


def test_country_of_a_label_goes_before_that_of_the_text() -> None:
    message = application("We met in Kenya.\nCountry: Peru\nExample Bakers' Union")
    assert recognise(message, countries=COUNTRIES).values("country") == ("PER",)


def test_two_countries_in_a_signature_are_both_suggested_with_a_doubt() -> None:
    message = application("Example Bakers' Union\nKenya and Senegal")
    found = [s for s in recognise(message, countries=COUNTRIES).suggestions if s.field == "country"]
    assert found == [
        Suggestion(
            "country", code, "The signature names it.", quote, "Several countries are named there."
        )
        for code, quote in (("KEN", "kenya"), ("SEN", "senegal"))
    ]


def test_group_falls_back_on_the_senders_domain() -> None:
    message = application("Organisation: The Bakers", from_address="a@bakers.gov.example")
    assert recognise(message, countries={}).values("group") == ("GOV",)


def test_language_is_not_guessed_where_it_is_none_of_the_six() -> None:
    german = (
        "Wir sind ein Verband kleiner Betriebe und möchten uns gern an Ihrer Arbeit beteiligen, "
        "weil uns gute Löhne, sichere Arbeitsplätze und eine faire Ausbildung wichtig sind. "
        "Unsere Mitglieder haben darüber im September beraten und freuen sich auf Ihre Antwort.\n\n"
        "Organisation: Example Trade Union\n\nCoalition: We wish to join the coalition."
    )
    assert recognise(ReadMessage(words=german), countries={}).values("language") == ()


def test_language_of_a_short_text_is_the_header_s_with_a_doubt() -> None:
    message = ReadMessage(
        subject="We wish to join the Coalition", words="Example Union", language_header="en-GB"
    )
    [language] = [s for s in recognise(message, countries={}).suggestions if s.field == "language"]
    assert (language.value, language.doubt) == (
        "en",
        "The text is too short to tell its language.",
    )


def test_on_behalf_of_is_not_said_of_ones_own_organisation() -> None:
    message = ReadMessage(
        words=(
            "I write on behalf of the Example Bakers' Union. We wish to join the Coalition.\n\n"
            "Kind regards,\nSecretary\nExample Bakers' Union"
        )
    )
    found = recognise(message, countries={})
    assert (found.values("organisation"), found.values("on_behalf_of")) == (
        ("Example Bakers' Union",),
        (),
    )


def test_sentences_join_lines_broken_for_width() -> None:
    assert sentences("We wish\nto join. Yes!\n\nA title\n\n我们申\n请。好") == [
        "We wish to join.",
        "Yes!",
        "A title",
        "我们申请。",
        "好",
    ]


# --- The tables ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_written_as_texts_are_folded(language: str) -> None:
    words = WORDS[language]
    patterns = [*words.wish, *words.question, *words.refusal, *words.stops, *words.roles]
    patterns += [pattern for group in words.groups.values() for pattern in group]
    patterns += [pattern for labels in words.labels.values() for pattern in labels]
    assert [p for p in patterns if fold(p) != p] == []
    assert sorted(words.groups) == sorted(GROUPS)


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.text(max_size=200),
    st.text(max_size=200),
    st.sampled_from(
        ["", "We wish to join the Coalition. ", "我们申请加入联盟。", "نود الانضمام إلى الائتلاف. "]
    ),
    st.sampled_from(["", "Example Union", "示例工会", "نقابة المثال", "Союз"]),
)
def test_recognise_never_raises(before: str, after: str, wish: str, name: str) -> None:
    message = ReadMessage(words=f"{before}\n{wish}{name}\n{after}", from_name=before)
    found = recognise(message, countries=COUNTRIES)
    assert bool(found.suggestions) is found.is_application
