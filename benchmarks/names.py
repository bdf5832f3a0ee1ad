"""The stated recipe by which screening is measured: variants of listed names, and innocent names.

Everything is drawn from a seed. A variant is a listed name as somebody else might write it, by
kind; an innocent name is put together by a small grammar from places, trades, legal forms and
names of persons in the six languages. Which of them are matched is asked in `screening`.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

# --- Variants of a listed name --------------------------------------------------------------

# Spellings that stand for each other in names; one or two are applied where they occur.
SPELLINGS = [
    line.split()
    for line in """
    muhammad mohammed mohamed muhammed mohammad
    ahmad ahmed
    hasan hassan
    husayn hussein hussain husain
    yusuf youssef yousuf yusef
    umar omar
    abd-al abdul abdel abd-el
    al- el-
    bin ibn ben
    abu abou
    kh h
    q k g
    gh g
    ou u
    oo u
    ee i
    y i
    dj j
    sh ch
    aw au
    ay ai
    ph f
    w v
    ov off
    ev eff
    ss s
    ll l
    mm m
    iyya ia
    """.strip().splitlines()
]

CYRILLIC = {
    "shch": "щ",
    "zh": "ж",
    "kh": "х",
    "ts": "ц",
    "ch": "ч",
    "sh": "ш",
    "yu": "ю",
    "ya": "я",
    "th": "т",
    "dh": "д",
    "gh": "г",
    "ph": "ф",
    "ck": "к",
    "oo": "у",
    "ee": "и",
    "ou": "у",
    **dict(zip("abvgdeziklmnoprstufhcjqwxy", "абвгдезиклмнопрстуфхкжквкй", strict=True)),
    "x": "кс",
    "j": "дж",
}
LOOKALIKES = str.maketrans("aeopcxyiABEKMHOPCTX", "аеорсхуіАВЕКМНОРСТХ")
ACCENTS = "\u0301\u0300\u0302\u0308\u0303\u0304\u030c\u0327"
KEYBOARD = "abcdefghijklmnopqrstuvwxyz"


def spelling(name: str, dice: random.Random) -> str:
    """One or two spelling families changed; some others may remain."""
    text = name.lower()
    changes = [
        (pattern, other)
        for family in SPELLINGS
        for one in family
        for other in family
        if one != other and (pattern := pattern_of(one)).search(text)
    ]
    for pattern, other in dice.sample(changes, min(len(changes), dice.choice((1, 2)))):
        text = pattern.sub(other, text, count=1)
    return text.title()


@cache
def pattern_of(spelled: str) -> re.Pattern[str]:
    """A letter stands for itself only where it is no part of a group such as sh or kh."""
    if len(spelled) > 1:
        return re.compile(re.escape(spelled))
    return re.compile(rf"(?<![bcdgkpstz]){spelled}(?!h)" if spelled == "h" else f"{spelled}(?!h)")


def cyrillic(name: str, dice: random.Random) -> str:
    """A name written in Cyrillic letters, one after the other, the longest groups first."""
    text = re.sub(r"([^aeou])\1", r"\1", plain(name).lower())
    text = re.sub(r"c(?=[eiy])", "s", text)
    groups = "|".join(sorted(CYRILLIC, key=len, reverse=True))
    return re.sub(groups, lambda found: CYRILLIC[found[0]], text)


def order(name: str, dice: random.Random) -> str:
    """The words in another order, or the last before a comma."""
    words = name.split()
    if len(words) > 1 and dice.random() < 0.3:
        return f"{words[-1]}, {' '.join(words[:-1])}"
    mixed = words[:]
    for _ in range(20):
        dice.shuffle(mixed)
        if mixed != words:
            break
    return " ".join(mixed)


def accents(name: str, dice: random.Random) -> str:
    """Up to four letters get a mark, composed where Unicode has such a letter."""
    letters = [n for n, c in enumerate(name) if c.isascii() and c.isalpha()]
    marked = set(dice.sample(letters, min(len(letters), dice.randint(1, 4))))
    text = "".join(c + (dice.choice(ACCENTS) if n in marked else "") for n, c in enumerate(name))
    return unicodedata.normalize(dice.choice(("NFC", "NFD")), text)


def typo(name: str, dice: random.Random) -> str:
    """One letter left out, doubled or wrong, or two swapped."""
    letters = [n for n, c in enumerate(name) if c.isalpha()]
    at = dice.choice(letters)
    how = dice.choice(("leave out", "add", "change", "swap"))
    if how == "leave out":
        return name[:at] + name[at + 1 :]
    if how == "add":
        return name[:at] + dice.choice(KEYBOARD) + name[at:]
    if how == "change":
        return name[:at] + dice.choice(KEYBOARD) + name[at + 1 :]
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def initials(name: str, dice: random.Random) -> str:
    """All words before the last but one short, as on many a letterhead."""
    words = name.split()
    if len(words) < 2:
        return name
    short = [f"{word.strip(chr(39))[:1]}." for word in words[:-1]]
    keep = dice.randrange(len(short)) if len(short) > 1 else None
    return " ".join(
        [word if n == keep else short[n] for n, word in enumerate(words[:-1])] + words[-1:]
    )


def homographs(name: str, dice: random.Random) -> str:
    """Letters of another script that look like Latin ones."""
    return "".join(c.translate(LOOKALIKES) if dice.random() < 0.4 else c for c in name)


def shorter(name: str, dice: random.Random) -> str:
    """A middle word left out."""
    words = name.split()
    if len(words) < 3:
        return name
    del words[dice.randrange(1, len(words) - 1)]
    return " ".join(words)


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "spelling": spelling,
    "Cyrillic letters": cyrillic,
    "order": order,
    "accents": accents,
    "one typo": typo,
    "look-alike letters": homographs,
    "initials": initials,
    "a word left out": shorter,
}
# Kinds that are reported, without a mark they must reach.
REPORTED_ONLY = ("initials", "a word left out")


def plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name)
    return "".join(c for c in text if not unicodedata.combining(c) and c not in "'’‘`")


def variants(name: str, dice: random.Random) -> Iterator[tuple[str, str]]:
    """The kind and the variant, for each kind of which the name has one."""
    for kind, make in KINDS.items():
        made = make(name, dice)
        if made.casefold() != name.casefold():
            yield kind, made


# --- Innocent names -------------------------------------------------------------------------

PLACES = {
    "en": "Nairobi Lagos Manila Dhaka Karachi Colombo Accra Kampala Mumbai Sydney Toronto Leeds "
    "Kenya Nigeria Ghana Jamaica India Pakistan Iraq Iran Korea Somalia Sudan Uganda Kabul Baghdad",
    "fr": "Dakar Lyon Abidjan Tunis Alger Bamako Cotonou Genève Montréal Kinshasa Lomé Niamey "
    "Sénégal Mali Tchad Burundi Belgique Cameroun Congo Maroc Liban Niger Guinée Haïti",
    "es": "Bogotá Lima Quito Sevilla Montevideo Asunción Managua Guadalajara Rosario Valparaíso "
    "México Perú Chile Bolivia Ecuador Uruguay Colombia Honduras Guatemala Cuba Panamá",
    "ru": "Москва Казань Омск Минск Алматы Ташкент Бишкек Самара Пермь Душанбе Тула Уфа Иркутск "
    "Россия Беларусь Казахстан Киргизия Сибирь Урал Кавказ Волга",
    "ar": "عمان بيروت القاهرة تونس الرباط الجزائر مسقط الدوحة بغداد دمشق الخرطوم صنعاء طرابلس "
    "الأردن العراق لبنان المغرب اليمن السودان ليبيا مصر الكويت",
    "zh": "北京 上海 广州 深圳 天津 成都 武汉 西安 大连 青岛 南京 杭州 丹东 中国 香港 海南 云南",
}
TRADES = {
    "en": "Textile Shipping Trading Construction Mining Energy Agricultural Teachers Transport "
    "Fishing Health Electronics Steel Cement Insurance Development Aviation Chemical Food Water "
    "Import Export Petroleum Investment Machinery Technology Domestic Workers Employers Welfare",
    "fr": "Textile Transports Commerce Construction Mines Énergie Agriculture Pêche Santé "
    "Électronique Assurances Développement Aviation Chimie Alimentation Eau Enseignants Banque",
    "es": "Textil Transportes Comercio Construcción Minería Energía Agricultura Pesca Salud "
    "Electrónica Seguros Desarrollo Aviación Química Alimentos Agua Maestros Banca Exportación",
    "ru": "Текстиль Транспорт Торговля Строительство Энергия Нефть Металл Рыболовство Страхование "
    "Развитие Авиация Химия Продукты Машиностроение Связь Образование Медицина",
    "ar": "النسيج النقل التجارة البناء التعدين الطاقة الزراعة الصيد الصحة الإلكترونيات التأمين "
    "التنمية الطيران الكيماويات الأغذية المياه التعليم الاستثمار",
    "zh": "纺织 运输 贸易 建筑 矿业 能源 农业 渔业 医疗 电子 保险 发展 航空 化工 食品 教育 投资",
}
QUALITIES = {
    "en": "National United General International New Star Green Golden Royal Modern First Pan "
    "Eastern Blue Unity Progress Sunrise Horizon Alpha Noor Crescent Victory Pioneer",
    "fr": "Nationale Générale Internationale Nouvelle Union Étoile Soleil Atlantique Espoir",
    "es": "Nacional General Internacional Nueva Unión Estrella Sol Pacífico Horizonte Esperanza",
    "ru": "Новый Союз Восток Звезда Прогресс Север Альфа Заря Надежда Горизонт",
    "ar": "الوطنية العامة الدولية المتحدة الحديثة النور الهلال الأمل النجمة الرائد",
    "zh": "国际 联合 新 东方 华 金 星 海 长江 希望",
}
FORMS = {
    "en": "Ltd|Limited|Co. Ltd|LLC|PLC|Inc.|Corporation|Company|Group|Association|Union|Foundation"
    "|Trust|Federation|Cooperative|Bank|Institute|Organization|Establishment|Committee",
    "fr": "SA|SARL|SAS|Société Anonyme|Association|Syndicat|Fédération|Fondation|Compagnie|Banque"
    "|Coopérative|Institut|ASBL",
    "es": "S.A.|S.L.|Ltda.|S.A. de C.V.|Asociación|Sindicato|Federación|Fundación|Compañía|Banco"
    "|Cooperativa|Instituto",
    "ru": "ООО|ОАО|АО|ЗАО|Фонд|Союз|Компания|Группа|Банк|Институт|Ассоциация|Профсоюз",
    "ar": "شركة|مؤسسة|جمعية|نقابة|اتحاد|بنك|مجموعة|منظمة|معهد|شركة ذات مسؤولية محدودة",
    "zh": "有限公司|集团|股份有限公司|工会|协会|银行|基金会|研究所|合作社",
}
FORM_FIRST = {"ru", "ar"}
LINKS = {"en": "of", "fr": "de", "es": "de"}

GIVEN = {
    "arab": "Ahmed Fatima Omar Layla Hassan Khadija Youssef Amina Tariq Salma Karim Nadia Bilal "
    "Huda Mahmoud Rania Samir Zaynab Walid Mariam Ibrahim Mustafa Khalid Abdallah Ali Mohamed",
    "latin": "Maria José Ana Luis Carmen Pedro Lucía Diego Elena Pablo Rosa Jorge Sofía Miguel",
    "west": "John Mary Peter Susan James Linda Robert Karen David Emily Thomas Grace Daniel Ruth",
    "french": "Jean Marie Pierre Claire Luc Aminata Moussa Fatou Ousmane Aïcha Paul Cécile Yves",
    "slavic": "Иван Мария Сергей Ольга Дмитрий Анна Алексей Елена Николай Татьяна Павел Ирина",
    "korean": "Min-jun Seo-yeon Ji-hoon Ha-eun Sung-min Yuna Dong-hyun Jin-ah Kyung-soo Mi-rae",
    "chinese": "Wei Fang Xiuying Min Jing Lei Qiang Yan Jun Ping Jie Hua Mei Tao Ling Bo",
    "south": "Ravi Priya Arjun Sunita Imran Ayesha Rajesh Lakshmi Bilal Nusrat Anil Kavita",
    "africa": "Kwame Amina Chinedu Wanjiru Tendai Abebe Thandi Juma Akello Kofi Ngozi Baraka",
}
FAMILY = {
    "arab": "al-Masri Haddad Khoury Mansour al-Sayed Farouk Nasser Hamdan al-Hashimi Salem Darwish "
    "Najjar Shaheen Qasim Rashid al-Amin Zaki Hijazi Barakat Sabbagh Kanaan Tlili Benali Bouzid",
    "latin": "García Rodríguez López Fernández Torres Ramírez Castillo Vargas Mendoza Rojas Silva",
    "west": "Smith Brown Taylor Wilson Johnson Clark Murphy Walker Hughes Baker Turner Campbell",
    "french": "Dupont Martin Diallo Traoré Koné Moreau Lefèvre Ndiaye Camara Mbeki Laurent Sow",
    "slavic": "Иванов Петрова Смирнов Кузнецова Попов Соколова Лебедев Морозова Волков Козлова",
    "korean": "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Shin",
    "chinese": "Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Ma Zhu",
    "south": "Sharma Khan Patel Singh Rahman Das Iyer Chowdhury Perera Malik Siddiqui Gupta",
    "africa": "Mensah Okafor Kamau Moyo Tesfaye Dlamini Mwangi Ochieng Boateng Adeyemi Banda",
}


def innocent_names(count: int, dice: random.Random) -> list[str]:
    """So many different names by the grammar: three organisations to one person."""
    made: dict[str, None] = {}
    while len(made) < count:
        name = person(dice) if dice.random() < 0.25 else organisation(dice)
        made.setdefault(name)
    return list(made)


def organisation(dice: random.Random) -> str:
    language = dice.choice(list(PLACES))
    place = dice.choice(PLACES[language].split())
    trades = dice.sample(TRADES[language].split(), dice.choice((1, 1, 2)))
    quality = [dice.choice(QUALITIES[language].split())] if dice.random() < 0.6 else []
    form = dice.choice(FORMS[language].split("|"))
    if language == "zh":
        return "".join([place, *quality, *trades, form])
    if dice.random() < 0.3 and language in LINKS:
        words = [*quality, *trades, form, LINKS[language], place]
    else:
        words = [place, *quality, *trades]
        if dice.random() < 0.5:
            dice.shuffle(words)
        words = [form, *words] if language in FORM_FIRST else [*words, form]
    return " ".join(words)


def person(dice: random.Random) -> str:
    where = dice.choice(list(GIVEN))
    given = dice.sample(GIVEN[where].split(), dice.choice((1, 1, 2)))
    family = [dice.choice(FAMILY[where].split())]
    return " ".join(family + given if where in ("korean", "chinese") else given + family)
