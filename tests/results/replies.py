"""Answers to a letter that asks for figures, as people write them, in six languages.

Of each: the language, the answer, and what it says: by question the value, "part/whole" of a
percentage, with "~" before what is said to be an estimate and "eur:" before another currency,
"?" where nobody knows, and the text of what is asked in words.

The rules were made with `FIRST`, mended with `SECOND`, and then measured by `THIRD`, which they do
not know: it is not there to be tuned for.
"""
# ruff: noqa: E501  # an answer stands in one line

from __future__ import annotations

REFERENCE = "RES-2026-0042"
TITLES = {
    "en": [
        "Young people trained in digital skills",
        "Enterprises with a safety committee",
        "Amount invested in training centres",
        "National action plan adopted",
        "Quality of social dialogue",
        "Hectares restored by cooperatives",
        "What helped most",
    ],
    "fr": [
        "Jeunes formés aux compétences numériques",
        "Entreprises dotées d’un comité de sécurité",
        "Montant investi dans les centres de formation",
        "Plan d’action national adopté",
        "Qualité du dialogue social",
        "Hectares restaurés par les coopératives",
        "Ce qui a le plus aidé",
    ],
    "es": [
        "Jóvenes formados en competencias digitales",
        "Empresas con comité de seguridad",
        "Importe invertido en centros de formación",
        "Plan de acción nacional aprobado",
        "Calidad del diálogo social",
        "Hectáreas restauradas por cooperativas",
        "Lo que más ayudó",
    ],
    "ru": [
        "Молодые люди, обученные цифровым навыкам",
        "Предприятия с комитетом по безопасности",
        "Сумма, вложенная в учебные центры",
        "Национальный план действий принят",
        "Качество социального диалога",
        "Гектары, восстановленные кооперативами",
        "Что помогло больше всего",
    ],
    "zh": [
        "接受数字技能培训的青年人数",
        "设有安全委员会的企业",
        "对培训中心的投资金额",
        "国家行动计划已通过",
        "社会对话质量",
        "合作社恢复的公顷数",
        "什么帮助最大",
    ],
    "ar": [
        "الشباب المدربون على المهارات الرقمية",
        "المنشآت التي لديها لجنة للسلامة",
        "المبلغ المستثمر في مراكز التدريب",
        "اعتماد خطة العمل الوطنية",
        "جودة الحوار الاجتماعي",
        "الهكتارات التي استصلحتها التعاونيات",
        "ما الذي ساعد أكثر",
    ],
}
LAST = {
    "en": "last time: 1,200 · target: 2,000",
    "fr": "la dernière fois : 1 200 · cible : 2 000",
    "es": "la última vez: 1.200 · meta: 2.000",
    "ru": "в прошлый раз: 1 200 · цель: 2 000",
    "zh": "上次：1,200 · 目标：2,000",
    "ar": "المرة السابقة: ١٬٢٠٠ · الهدف: ٢٬٠٠٠",
}


def letter(language: str) -> str:
    """The letter that is answered, in the form of `lines_to_fill`."""
    lines = ["Dear colleague,", "", "Your report on 2026 is due on 1 March 2027.", ""]
    for number, title in enumerate(TITLES[language], start=1):
        lines += [f"{number}. {title}", f"   {LAST[language]}", f"   [{REFERENCE}/{number}] = ", ""]
    return "\n".join(lines)


def quoted(language: str, **answers: str) -> str:
    """The letter as mail programs quote it, with answers below its lines."""
    lines = []
    for line in letter(language).split("\n"):
        lines.append(f"> {line}".rstrip())
        for number, answer in answers.items():
            if f"/{number[1:]}]" in line:
                lines.append(answer)
    return "\n".join(lines)


def filled(language: str, mark: str = "", **answers: str) -> str:
    """The letter with answers typed behind its codes."""
    lines = []
    for line in letter(language).split("\n"):
        for number, answer in answers.items():
            if f"/{number[1:]}]" in line:
                line = f"{line.rstrip()} {answer}"
        lines.append(f"{mark}{line}".rstrip())
    return "\n".join(lines)


def outlook(language: str) -> str:
    """The letter beneath an answer as Outlook puts it there, without marks."""
    return (
        "\n\n________________________________\nFrom: Coalition <case+x@coalition.example>\n"
        "Sent: Monday, 1 February 2027 09:00\nTo: Focal point\nSubject: Your report on 2026\n\n"
        + letter(language)
    )


FIRST: list[tuple[str, str, dict[str, str]]] = [
    # --- English
    ("en", filled("en", q1="1,450", q2="45 of 60", q3="1.2 million", q4="yes", q5="4"),
     {"1": "1450", "2": "45/60", "3": "1200000", "4": "1", "5": "4"}),
    ("en", filled("en", "> ", q1="1450", q3="USD 250,000.50", q4="no"),
     {"1": "1450", "3": "250000.5", "4": "0"}),
    ("en", quoted("en", q1="1 450", q2="45/60", q6="12.5 hectares"),
     {"1": "1450", "2": "45/60", "6": "12.5"}),
    ("en", "Dear all,\n\nIn 2026 we trained 1,450 young people in digital skills, up from 1,200 "
     "last year. 45 of 60 enterprises now have a safety committee.\n\nBest regards\nAda"
     + outlook("en"), {"1": "1450", "2": "45/60"}),
    ("en", "1. 1,450\n2. 45 out of 60\n3. $1.2m\n4. Yes, adopted on 12 March 2026\n5. 4\n6. 12.5",
     {"1": "1450", "2": "45/60", "3": "1200000", "4": "1", "5": "4", "6": "12.5"}),
    ("en", "Young people trained in digital skills: 1450\nHectares restored by cooperatives: 80\n"
     + outlook("en"), {"1": "1450", "6": "80"}),
    ("en", "Hello,\nwe invested about US$ 1.5 million in training centres.\nThe rest follows.",
     {"3": "~1500000"}),
    ("en", "[RES-2026-0042/1] 1,450 (of whom 800 women and 650 men)\n[RES-2026-0042/4] not yet",
     {"1": "1450", "1||sex-female": "800", "1||sex-male": "650", "4": "0"}),
    ("en", "We trained 1,450 young people, of whom 800 women.\nCall me: +33 1 23 45 67 89",
     {"1": "1450", "1||sex-female": "800"}),
    ("en", "Thank you for your reminder of 1 February 2027. We need two more weeks.", {}),
    ("en", "75 % of enterprises have a safety committee by now.", {}),
    ("en", filled("en", q1="not known, because the survey is not finished", q2="75 %"), {"1": "?"}),
    ("en", "[RES-2026-0042/1]\n1450 young people\n\n[RES-2026-0042/7]\nThe unions pushed for it,\n"
     "and 3 ministries listened.", {"1": "1450",
     "7": "The unions pushed for it,\nand 3 ministries listened."}),
    ("en", "Question 1: around 1,400\nQuestion 5: 3", {"1": "~1400", "5": "3"}),
    ("en", "Our cooperatives restored 120.5 hectares (target: 200), under Article 5 and SDG 15.",
     {"6": "120.5"}),
    ("en", "We trained between 1,000 and 1,200 young people.", {}),
    ("en", "We invested EUR 500,000 in training centres.", {"3": "eur:500000"}),
    ("en", "Two hundred and fifty young people were trained in digital skills.", {"1": "250"}),
    ("en", "The national plan is adopted; we trained 1,450 youth, invested $2,000,000 in centres "
     "and 45 companies out of 60 have a safety committee.",
     {"1": "1450", "2": "45/60", "3": "2000000"}),
    ("en", quoted("en"), {}),
    ("en", "See below." + outlook("en"), {}),
    ("en", "See my answers inline." + outlook("en").replace("/1] = ", "/1] = 1,450").replace(
     "/2] = ", "/2] = 45 of 60"), {"1": "1450", "2": "45/60"}),
    ("en", "> > [RES-2026-0042/1] = 1,200\n> thanks, please correct\n\n[RES-2026-0042/1] = 1,450",
     {"1": "1450"}),
    # --- French
    ("fr", filled("fr", q1="1 450", q2="45 sur 60", q3="1,2 million", q4="oui", q5="4"),
     {"1": "1450", "2": "45/60", "3": "1200000", "4": "1", "5": "4"}),
    ("fr", "Bonjour,\n\nEn 2026, nous avons formé 1 450 jeunes (contre 1 200 l’an dernier), dont "
     "800 femmes. 45 entreprises sur 60 ont un comité de sécurité.\n\nCordialement,\nLe service",
     {"1": "1450", "1||sex-female": "800", "2": "45/60"}),
    ("fr", quoted("fr", q1="environ 1 400 jeunes", q3="2,5 M$", q4="Non, pas encore"),
     {"1": "~1400", "3": "2500000", "4": "0"}),
    ("fr", "1) 1.450\n2) 45/60\n3) 1,2 M€\n4) oui\n", {"1": "1450", "2": "45/60",
     "3": "eur:1200000", "4": "1"}),
    ("fr", "Hectares restaurés par les coopératives : 12,5", {"6": "12.5"}),
    ("fr", "Trois mille deux cents jeunes ont été formés aux compétences numériques.",
     {"1": "3200"}),
    ("fr", "75 pour cent des entreprises ont un comité de sécurité." + outlook("fr"), {}),
    ("fr", "Le montant investi dans les centres de formation est de 500 000 USD au 31/12/2026.",
     {"3": "500000"}),
    ("fr", filled("fr", q1="données non disponibles", q6="environ 80 ha"), {"6": "~80"}),
    ("fr", "[RES-2026-0042/1] = 1450 dont 800 femmes et 650 hommes",
     {"1": "1450", "1||sex-female": "800", "1||sex-male": "650"}),
    ("fr", "Je suis absente jusqu’au 15 mars 2027.", {}),
    # --- Spanish
    ("es", filled("es", q1="1.450", q2="45 de 60", q3="1,2 millones", q4="sí", q5="4"),
     {"1": "1450", "2": "45/60", "3": "1200000", "4": "1", "5": "4"}),
    ("es", "Estimados:\n\nFormamos a 1.450 jóvenes en competencias digitales, de los cuales 800 "
     "son mujeres. Invertimos 2,5 millones de dólares en centros de formación.\n\nSaludos",
     {"1": "1450", "1||sex-female": "800", "3": "2500000"}),
    ("es", quoted("es", q1="unos 1.400", q2="45 de las 60 empresas", q4="No"),
     {"1": "~1400", "2": "45/60", "4": "0"}),
    ("es", "1.- 1450\n2.- 45 de 60\n4.- Sí", {"1": "1450", "2": "45/60", "4": "1"}),
    ("es", "Dos mil trescientos jóvenes fueron formados en 2026, frente a 1.200 el año pasado.",
     {"1": "2300"}),
    ("es", "Hectáreas restauradas por cooperativas: 120,5 (meta: 200)", {"6": "120.5"}),
    ("es", "El 75 % de las empresas tiene comité de seguridad.", {}),
    ("es", "Importe invertido en centros de formación: mil millones de dólares",
     {"3": "1000000000"}),
    ("es", "45 de 60 empresas ya tienen comité de seguridad (artículo 7).", {"2": "45/60"}),
    ("es", "Gracias, lo enviaremos el 3 de marzo de 2027.", {}),
    # --- Russian
    ("ru", filled("ru", q1="1 450", q2="45 из 60", q3="1,2 млн", q4="да", q5="4"),
     {"1": "1450", "2": "45/60", "3": "1200000", "4": "1", "5": "4"}),
    ("ru", "Добрый день!\n\nВ 2026 году обучено 1 450 молодых людей, из них 800 женщин. "
     "В прошлом году было 1 200.\n\nС уважением,\nОтдел", {"1": "1450", "1||sex-female": "800"}),
    ("ru", quoted("ru", q1="около 1400 человек", q2="45 предприятий из 60", q4="пока нет"),
     {"1": "~1400", "2": "45/60", "4": "0"}),
    ("ru", "1. 1450\n2. 45 из 60\n3. 3,5 млн долл.\n4. Да", {"1": "1450", "2": "45/60",
     "3": "3500000", "4": "1"}),
    ("ru", "Кооперативы восстановили 120,5 гектара.", {"6": "120.5"}),
    ("ru", "12 тысяч молодых людей обучены цифровым навыкам.", {"1": "12000"}),
    ("ru", "В учебные центры вложено 250 000 долларов США.", {"3": "250000"}),
    ("ru", filled("ru", q1="нет данных: опрос не завершён"), {"1": "?"}),
    ("ru", "75 % предприятий имеют комитет по безопасности.", {}),
    # --- Chinese
    ("zh", filled("zh", q1="1450人", q2="60家中有45家", q3="120万", q4="是", q5="4"),
     {"1": "1450", "2": "45/60", "3": "1200000", "4": "1", "5": "4"}),
    ("zh", "您好！\n\n2026年我们培训了1450名青年，其中女性800人。去年为1200名。\n\n此致\n敬礼",
     {"1": "1450", "1||sex-female": "800"}),
    ("zh", quoted("zh", q1="约１４００人", q4="否"), {"1": "~1400", "4": "0"}),
    ("zh", "1、1,450\n2、45/60\n4、是", {"1": "1450", "2": "45/60", "4": "1"}),
    ("zh", "我们对培训中心投资了3万美元。", {"3": "30000"}),
    ("zh", "接受数字技能培训的青年人数：一千四百五十", {"1": "1450"}),
    ("zh", "合作社恢复了12.5公顷。", {"6": "12.5"}),
    ("zh", "60家企业中有45家设有安全委员会。", {"2": "45/60"}),
    ("zh", "百分之七十五的企业设有安全委员会。", {}),
    ("zh", filled("zh", q1="暂无数据"), {"1": "?"}),
    # --- Arabic
    ("ar", filled("ar", q1="١٬٤٥٠", q2="٤٥ من أصل ٦٠", q3="١٫٢ مليون", q4="نعم", q5="٤"),
     {"1": "1450", "2": "45/60", "3": "1200000", "4": "1", "5": "4"}),
    ("ar", "السادة الأفاضل،\n\nفي عام ٢٠٢٦ دربنا ١٤٥٠ شابا على المهارات الرقمية، منهم ٨٠٠ امرأة."
     "\n\nمع التحية", {"1": "1450", "1||sex-female": "800"}),
    ("ar", quoted("ar", q1="حوالي ١٤٠٠", q4="لا"), {"1": "~1400", "4": "0"}),
    ("ar", "١. ١٤٥٠\n٢. ٤٥ من ٦٠\n٤. نعم", {"1": "1450", "2": "45/60", "4": "1"}),
    ("ar", "استثمرنا مليوني دولار في مراكز التدريب.", {}),
    ("ar", "استثمرنا ٣ ملايين دولار في مراكز التدريب.", {"3": "3000000"}),
    ("ar", "الشباب المدربون على المهارات الرقمية: ثلاثة آلاف", {"1": "3000"}),
    ("ar", "٤٥ منشأة من أصل ٦٠ لديها لجنة للسلامة.", {"2": "45/60"}),
    ("ar", "استصلحت التعاونيات ١٢٫٥ هكتارا مقارنة بـ ١٠ في العام الماضي.", {"6": "12.5"}),
    ("ar", filled("ar", q1="غير معروف"), {"1": "?"}),
    ("ar", "٧٥٪ من المنشآت لديها لجنة للسلامة.", {}),
    # --- In another language than the letter's
    ("en", "Bonjour,\nnous avons formé 1 450 jeunes en 2026.\nMerci", {"1": "1450"}),
    ("fr", "We trained 1,450 young people.", {"1": "1450"}),
    ("en", "[RES-2026-0042/1] = ١٤٥٠\n[RES-2026-0042/2] = 60 中有 45", {"1": "1450", "2": "45/60"}),
]  # fmt: skip


SECOND: list[tuple[str, str, dict[str, str]]] = [
    ("en", "Hi Maria,\n\nsorry for the delay! The total of young people trained in digital skills "
     "for 2026 stands at 1,832 (our target was 2,000). Women made up 54 % of them. On safety "
     "committees: 112 enterprises out of 140.\n\nKind regards,\nTom\n-- \nTom | Ministry | "
     "12 High Street | Tel. 020 7946 0123", {"1": "1832", "2": "112/140"}),
    ("en", "Figures for 2026:\n- trained: 1,832 young people (women 990, men 842)\n"
     "- invested: USD 3.4m\n- plan of action: adopted in June 2026\n", {"1": "1832",
     "1||sex-female": "990", "1||sex-male": "842", "3": "3400000"}),
    ("en", "[RES-2026-0042/1] = 1832 (final)\n[RES-2026-0042/2] = 80% (112/140)\n"
     "[RES-2026-0042/3] = same as last time\n[RES-2026-0042/5] = 3.5",
     {"1": "1832", "2": "112/140"}),
    ("en", "The figure for training is 1,832 instead of the 1,382 we first sent you. It is for "
     "young people trained in digital skills.", {"1": "1832"}),
    ("en", "Young people trained in digital skills - 1832\nEnterprises with a safety committee - "
     "112 of 140", {"1": "1832", "2": "112/140"}),
    ("en", "We are pleased to report that cooperatives restored just over 95 hectares, and that "
     "three new training centres opened thanks to an investment of $4,250,000.75.",
     {"6": "95", "3": "4250000.75"}),
    ("en", filled("en", q1="1,832 as of 31 December 2026", q2="112 out of the 140 surveyed",
     q3="4.25 million US dollars", q4="Yes - cabinet decision no. 57 of 3 May 2026", q5="level 4"),
     {"1": "1832", "2": "112/140", "3": "4250000", "4": "1", "5": "4"}),
    ("en", quoted("en", q1="1832, up from 1200", q6="we do not know yet, the survey ends in May"),
     {"1": "1832", "6": "?"}),
    ("fr", "Chère collègue,\n\nVoici nos chiffres : 1 832 jeunes formés, soit une hausse de 52 %. "
     "Sur 140 entreprises, 112 ont un comité de sécurité. Nous avons investi 3,4 millions de "
     "dollars dans les centres.\n\nBien à vous", {"1": "1832", "2": "112/140", "3": "3400000"}),
    ("fr", filled("fr", "> ", q1="1832 jeunes au total", q2="112 entreprises sur 140",
     q4="oui, adopté le 3 mai 2026", q5="4 sur 5"), {"1": "1832", "2": "112/140", "4": "1",
     "5": "4"}),
    ("fr", "Nombre de jeunes formés : environ deux mille", {"1": "~2000"}),
    ("fr", "Le plan d’action national a été adopté en 2026." + outlook("fr"), {}),
    ("es", "Buenos días:\nen 2026 se capacitó a 1.832 jóvenes (990 mujeres y 842 hombres). "
     "Las cooperativas restauraron 95,5 hectáreas.\nUn saludo", {"1": "1832",
     "1||sex-female": "990", "1||sex-male": "842", "6": "95.5"}),
    ("es", filled("es", q1="1.832 jóvenes", q2="112/140", q3="3.400.000,50", q4="Todavía no"),
     {"1": "1832", "2": "112/140", "3": "3400000.5", "4": "0"}),
    ("es", "De las 140 empresas, 112 tienen comité de seguridad.", {"2": "112/140"}),
    ("ru", "Уважаемые коллеги,\nза 2026 год обучено 1832 молодых человека (план — 2000), в том "
     "числе 990 женщин и 842 мужчины. Комитеты есть на 112 предприятиях из 140.",
     {"1": "1832", "1||sex-female": "990", "1||sex-male": "842", "2": "112/140"}),
    ("ru", filled("ru", q1="примерно 1,8 тыс.", q3="3,4 млн долларов", q4="Нет, ещё нет", q6="95,5 га"),
     {"1": "~1800", "3": "3400000", "4": "0", "6": "95.5"}),
    ("ru", "Восстановлено 95,5 га (кооперативы). Дом 5, кв. 12, Москва", {"6": "95.5"}),
    ("zh", "2026年共有1,832名青年接受了数字技能培训，比去年的1,200名增加了52%。140家企业中，112家设有安全委员会。",
     {"1": "1832", "2": "112/140"}),
    ("zh", filled("zh", q1="大约1.8万人", q2="112/140", q3="340万美元", q4="已通过", q5="4分"),
     {"1": "~18000", "2": "112/140", "3": "3400000", "4": "1", "5": "4"}),
    ("zh", "投资金额：三百四十万美元", {"3": "3400000"}),
    ("ar", "تحية طيبة،\nبلغ عدد الشباب المدربين ١٬٨٣٢ في عام ٢٠٢٦، وكان الهدف ٢٬٠٠٠. واستصلحت "
     "التعاونيات ٩٥٫٥ هكتارا.", {"1": "1832", "6": "95.5"}),
    ("ar", filled("ar", q1="نحو ألفين", q2="١١٢ من ١٤٠", q3="٣٫٤ ملايين دولار", q4="نعم، في مايو ٢٠٢٦"),
     {"1": "~2000", "2": "112/140", "3": "3400000", "4": "1"}),
    ("ar", "من بين ١٤٠ منشأة هناك ١١٢ لديها لجنة للسلامة.", {"2": "112/140"}),
    ("ar", "خمسة وعشرون ألف شاب تدربوا على المهارات الرقمية", {"1": "25000"}),
    ("en", "Nous avons investi 3,4 millions USD dans les centres de formation.", {"3": "3400000"}),
]  # fmt: skip

THIRD: list[tuple[str, str, dict[str, str]]] = [
 ("en","Hello team, quick update: 2,310 youngsters completed our digital skills training; 1,205 of them women. The committee count is 96 of 128 enterprises. Thanks, J.",{"1":"2310","1||sex-female":"1205","2":"96/128"}),
 ("en",filled("en",q1="2310 young people (1205 women, 1105 men)",q3="USD 780k",q6="33.5 ha",q5="2"),{"1":"2310","1||sex-female":"1205","1||sex-male":"1105","3":"780000","6":"33.5","5":"2"}),
 ("en","1) 2310 2) 96/128",{"1":"2310","2":"96/128"}),
 ("en","In 2025 we trained 1,900 young people; in 2026 it was 2,310 young people trained.",{"1":"2310"}),
 ("en","Dear Sir or Madam,\nplease note that the amount invested in training centres came to $780,000 (budget: $900,000).\nYours faithfully",{"3":"780000"}),
 ("en",quoted("en",q2="96 out of 128 (75%)",q4="no, still in parliament",q7="Local radio in 4 languages."),{"2":"96/128","4":"0","7":"Local radio in 4 languages."}),
 ("fr",filled("fr",q1="2 310 (dont 1 205 femmes)",q2="96 des 128 entreprises",q4="Oui",q6="33,5"),{"1":"2310","1||sex-female":"1205","2":"96/128","4":"1","6":"33.5"}),
 ("fr","Nous avons restauré 33,5 hectares avec les coopératives et investi 780 000 $ dans trois centres de formation.",{"6":"33.5","3":"780000"}),
 ("fr","Sur les 128 entreprises visitées, 96 disposent d’un comité de sécurité.\nBonne réception",{"2":"96/128"}),
 ("fr","Nous n'avons pas encore les chiffres de 2026, ils viendront le 15 avril.",{}),
 ("es","Les informo: jóvenes formados 2.310, hectáreas restauradas 33,5; el plan de acción nacional sigue en discusión.",{"1":"2310","6":"33.5"}),
 ("es",filled("es","> ",q1="2.310",q3="780.000 dólares",q5="3 de 5",q7="El apoyo de 12 municipios"),{"1":"2310","3":"780000","5":"3","7":"El apoyo de 12 municipios"}),
 ("es","Unas 2.300 personas jóvenes recibieron formación en competencias digitales (objetivo: 2.000).",{"1":"~2300"}),
 ("ru","Коллеги, обучены 2310 молодых людей (женщин — 1205). Вложено 780 тыс. долл. в учебные центры.",{"1":"2310","1||sex-female":"1205","3":"780000"}),
 ("ru",filled("ru",q1="2310 чел.",q2="96 из 128",q4="Нет",q6="33,5 га"),{"1":"2310","2":"96/128","4":"0","6":"33.5"}),
 ("ru","Из 128 предприятий 96 имеют комитет по безопасности.",{"2":"96/128"}),
 ("zh","今年培训青年2310人（其中女性1205人），合作社恢复33.5公顷。",{"1":"2310","1||sex-female":"1205","6":"33.5"}),
 ("zh",filled("zh",q1="２３１０",q2="128家中96家",q3="78万美元",q4="尚未通过"),{"1":"2310","2":"96/128","3":"780000","4":"0"}),
 ("ar","نفيدكم بأننا دربنا ٢٣١٠ من الشباب على المهارات الرقمية، وأن ٩٦ منشأة من أصل ١٢٨ لديها لجنة للسلامة.",{"1":"2310","2":"96/128"}),
 ("ar",filled("ar",q1="٢٣١٠ شباب",q3="٧٨٠ ألف دولار",q4="لا، ليس بعد",q6="٣٣٫٥ هكتارا"),{"1":"2310","3":"780000","4":"0","6":"33.5"}),
 ("ar","المبلغ المستثمر في مراكز التدريب: 780,000 دولار أمريكي",{"3":"780000"}),
 ("en","Our reference: COM-2026-0042. Invoice no. 5531 attached. We will reply by 14:00 tomorrow."+outlook("en"),{}),
]  # fmt: skip
