"""What a column of a list of commitments holds, and the headings under which people keep it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from coalition.base.lists.columns import Field, Fields

FIELDS = Fields(
    Field(
        "reference",
        _("Reference"),
        _("Such as COM-2026-0042. Leave it empty for a commitment that is new."),
        (
            *("reference", "commitment reference", "commitment id", "commitment number"),
            *("référence", "référence de l’engagement", "referencia", "número de compromiso"),
            *("ссылка", "номер обязательства", "编号", "承诺编号", "المرجع", "رقم الالتزام"),
        ),
    ),
    Field(
        "key",
        _("Your own number"),
        _("The number of the row in your own list, by which it is found again: HR-7."),
        (
            *("key", "id", "own number", "row id", "your number", "no", "number", "identifier"),
            *("identifiant", "numéro", "n°", "clave", "identificador", "número", "nº"),
            *("идентификатор", "номер", "№", "序号", "标识", "المعرف", "الرقم", "رقم"),
        ),
    ),
    Field(
        "partner",
        _("Partner"),
        _("Who promises: the reference of a partner, such as PAR-2026-0042, or its name."),
        (
            *("partner", "organisation", "organization", "lead", "lead partner", "made by", "who"),
            *("partner reference", "responsible organization", "commitment maker", "entity"),
            *("partenaire", "organisation responsable", "chef de file", "socio", "organización"),
            *("entidad responsable", "партнер", "организация", "ответственная организация"),
            *(
                "合作伙伴",
                "组织",
                "机构",
                "牵头机构",
                "الشريك",
                "المنظمة",
                "الجهة المسؤولة",
                "الجهة",
            ),
        ),
    ),
    Field(
        "title",
        _("Title"),
        _("A few words by which people will find it."),
        (
            *("title", "commitment", "name", "commitment title", "pledge", "title of commitment"),
            *("titre", "engagement", "intitulé", "título", "compromiso", "título del compromiso"),
            *("название", "обязательство", "заголовок", "标题", "承诺", "名称"),
            *("العنوان", "الالتزام", "عنوان الالتزام"),
        ),
    ),
    Field(
        "language",
        _("Language"),
        _("In which the commitment is written: ar, en, es, fr, ru or zh."),
        ("language", "langue", "idioma", "lengua", "язык", "语言", "اللغة"),
    ),
    Field(
        "promise",
        _("The promise in one sentence"),
        _("Who will do what, by when?"),
        (
            *("promise", "description", "commitment text", "summary", "what", "text"),
            *("promesse", "la promesse", "texte de l’engagement", "descripción", "promesa"),
            *("texto del compromiso", "описание", "обещание", "текст обязательства", "内容"),
            *("描述", "承诺内容", "الوصف", "الوعد", "نص الالتزام"),
        ),
    ),
    Field(
        "for_whom",
        _("For whom"),
        _("The people who will be better off, for example “home-based workers”."),
        (
            *("for whom", "beneficiaries", "target group", "who benefits"),
            *("bénéficiaires", "pour qui", "groupe cible", "beneficiarios", "para quién"),
            *("для кого", "бенефициары", "целевая группа", "受益人", "受益者", "为谁"),
            *("المستفيدون", "لمن", "الفئة المستهدفة"),
        ),
    ),
    Field(
        "level",
        _("Level"),
        _("National, regional or international."),
        (
            *("level", "scope", "niveau", "portée", "nivel", "alcance", "ámbito"),
            *("уровень", "масштаб", "层级", "级别", "المستوى", "النطاق"),
        ),
    ),
    Field(
        "places",
        _("Places"),
        _("Where it is carried out: names or codes of countries and regions, with ; between."),
        (
            *("places", "place", "country", "countries", "where", "location", "region"),
            *("geographic coverage", "pays", "lieux", "lieu", "où", "país", "países", "lugares"),
            *("dónde", "место", "места", "страна", "страны", "где", "地点", "国家", "实施地"),
            *("المكان", "الأماكن", "البلد", "البلدان", "أين"),
        ),
    ),
    Field(
        "themes",
        _("Themes"),
        _("Names or codes of thematic areas, with ; between."),
        (
            *("themes", "theme", "thematic area", "thematic areas", "topic", "area"),
            *("thèmes", "thème", "domaine thématique", "temas", "tema", "área temática"),
            *("темы", "тема", "тематическая область", "主题", "专题领域", "المواضيع", "الموضوع"),
            *("المجال المواضيعي", "المجالات المواضيعية"),
        ),
    ),
    Field(
        "challenges",
        _("Challenges"),
        _("Names or codes of the challenges it answers, with ; between."),
        (
            *("challenges", "challenge", "défis", "défi", "desafíos", "desafío", "retos"),
            *("вызовы", "вызов", "проблемы", "挑战", "التحديات", "التحدي"),
        ),
    ),
    Field(
        "paragraphs",
        _("Paragraphs it delivers on"),
        _("The text and its numbers, with ; between: “Doha 23; Sevilla 14(b)”."),
        (
            *("paragraphs", "paragraph", "provisions", "provision", "delivers on", "declaration"),
            *("declaration paragraph", "paragraphes", "paragraphe", "dispositions", "párrafos"),
            *("párrafo", "disposiciones", "пункты", "пункт", "положения", "段落", "条款"),
            *("الفقرات", "الفقرة", "الأحكام"),
        ),
    ),
    Field(
        "how",
        _("How it delivers on them"),
        _("A sentence on all of them, or a line for each, in the same order."),
        (
            *("how", "contribution", "how it delivers", "comment", "modalités"),
            *("de quelle manière", "cómo", "de qué manera", "как", "каким образом", "如何"),
            *("方式", "كيف", "الكيفية"),
        ),
    ),
    Field(
        "starts_on",
        _("Starts on"),
        _("A day such as 2026-01-15."),
        (
            *("starts on", "start", "start date", "begins on", "from", "début", "date de début"),
            *("inicio", "fecha de inicio", "начало", "дата начала", "开始日期", "开始"),
            *("تاريخ البدء", "البداية", "يبدأ في"),
        ),
    ),
    Field(
        "ends_on",
        _("Ends on"),
        _("A day such as 2028-12-31."),
        (
            *("ends on", "end", "end date", "deadline", "until", "by when", "fin", "date de fin"),
            *("échéance", "fecha de finalización", "fecha final", "plazo", "окончание"),
            *("дата окончания", "срок", "结束日期", "结束", "期限", "تاريخ الانتهاء", "النهاية"),
            *("الموعد النهائي", "ينتهي في"),
        ),
    ),
    Field(
        "in_line_with",
        _("In line with"),
        _("The plan or priority of the country that this is part of, by name."),
        (
            *("in line with", "national plan", "national priority", "aligned with", "strategy"),
            *("plan national", "conforme à", "plan nacional", "en línea con", "estrategia"),
            *("национальный план", "в соответствии с", "国家计划", "符合", "الخطة الوطنية"),
            *("بما يتماشى مع", "يتماشى مع"),
        ),
    ),
    Field(
        "resources",
        _("Resources in words"),
        _("What is given, with ; between; a kind may stand before it: “people: two trainers”."),
        (
            *("resources", "means", "in kind", "resources in kind", "other resources"),
            *("ressources", "moyens", "recursos", "medios", "ресурсы", "средства", "资源"),
            *("الموارد", "الوسائل"),
        ),
    ),
    Field(
        "amount",
        _("Amount of money"),
        _("Digits alone: 1200000. Several with ; between, each with its currency and year."),
        (
            *("amount", "budget", "money", "financial amount", "funding", "montant", "financement"),
            *("importe", "monto", "presupuesto", "financiación", "сумма", "бюджет", "金额"),
            *("预算", "المبلغ", "الميزانية", "التمويل"),
        ),
    ),
    Field(
        "currency",
        _("Currency"),
        _("A code such as EUR; one for all amounts, or one for each."),
        ("currency", "devise", "monnaie", "moneda", "divisa", "валюта", "货币", "币种", "العملة"),
    ),
    Field(
        "year",
        _("Year of the money"),
        _("In four digits; one for all amounts, or one for each."),
        (
            *("year", "budget year", "year of amount", "année", "exercice", "año", "ejercicio"),
            *("год", "年份", "年度", "السنة", "العام"),
        ),
    ),
    Field(
        "help_wanted",
        _("Which help is wanted"),
        _("What is needed of others, if it can be kept only with their help."),
        (
            *("help wanted", "help needed", "support needed", "needs", "aide souhaitée"),
            *("besoin d’appui", "ayuda que se busca", "apoyo necesario", "нужна помощь"),
            *("какая помощь нужна", "所需帮助", "需要的支持", "المساعدة المطلوبة", "الدعم المطلوب"),
        ),
    ),
    Field(
        "goal",
        _("First goal"),
        _("What shall change, in one sentence: “Night bakers have breaks”."),
        (
            *("goal", "objective", "outcome", "expected result", "aim", "objectif", "résultat"),
            *("objetivo", "meta", "resultado", "цель", "результат", "目标", "预期成果"),
            *("الهدف", "النتيجة المتوقعة"),
        ),
    ),
    Field(
        "measured",
        _("What is measured"),
        _("What you count to know it: “bakers with an agreement on breaks”."),
        (
            *("measured", "indicator", "measure", "metric", "indicateur", "ce qui est mesuré"),
            *("indicador", "qué se mide", "показатель", "индикатор", "что измеряется", "指标"),
            *("المؤشر", "ما يقاس"),
        ),
    ),
    Field(
        "unit",
        _("Unit"),
        _("A code or name of the sheet “Codes”; empty: target and baseline are in words."),
        (
            *("unit", "unit of measurement", "unité", "unité de mesure", "unidad"),
            *("unidad de medida", "единица", "единица измерения", "单位", "الوحدة", "وحدة القياس"),
        ),
    ),
    Field(
        "target",
        _("Target"),
        _("How much it shall be by the end."),
        (
            *("target", "target value", "cible", "valeur cible", "valor objetivo", "meta final"),
            *("целевое значение", "目标值", "القيمة المستهدفة", "المستهدف"),
        ),
    ),
    Field(
        "baseline",
        _("Baseline"),
        _("How much it is today."),
        (
            *("baseline", "baseline value", "today", "starting point", "situation de départ"),
            *("valeur de référence", "línea de base", "valor inicial", "исходное значение"),
            *("базовый показатель", "基线", "基准值", "خط الأساس", "القيمة الأساسية"),
        ),
    ),
    Field(
        "source",
        _("Where the baseline was read"),
        _("For example “register of the labour inspection, 2026”."),
        (
            *("source", "baseline source", "source of baseline", "source de la référence"),
            *("fuente", "fuente de la línea de base", "источник", "来源", "基线来源"),
            *("المصدر", "مصدر خط الأساس"),
        ),
    ),
    Field(
        "no_baseline",
        _("Why there is no baseline"),
        _("Where nobody knows how much it is today."),
        (
            *("no baseline", "why no baseline", "reason for no baseline", "sans référence"),
            *("por qué no hay línea de base", "почему нет исходного значения", "无基线原因"),
            *("سبب عدم وجود خط أساس",),
        ),
    ),
    Field(
        "partners",
        _("Co-partners"),
        _("Others with a part in it, with ; between: “PAR-2026-0007 (funding): pays the hall”."),
        (
            *("co-partners", "copartners", "joint partners", "other partners", "with", "jointly"),
            *("supporting partners", "copartenaires", "autres partenaires", "avec", "cosocios"),
            *("otros socios", "con", "сопартнеры", "другие партнеры", "совместно с"),
            *("共同伙伴", "其他伙伴", "الشركاء الآخرون", "بالاشتراك مع"),
        ),
    ),
)
# Fields that say what the first goal is; the first three belong together.
GOAL = ("goal", "measured", "target", "unit", "baseline", "source", "no_baseline")
