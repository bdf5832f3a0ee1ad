"""What a column of a list of partners holds, and the headings under which secretariats keep it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from coalition.base.lists.columns import Field, Fields

FIELDS = Fields(
    Field(
        "reference",
        _("Reference"),
        _("Such as PAR-2026-0042. Leave it empty for an organisation that is new."),
        (
            *("reference", "ref", "partner id", "partner number", "partner reference"),
            *("référence", "numéro de référence", "referencia", "número de referencia"),
            *("ссылка", "номер партнера", "编号", "参考编号", "المرجع", "الرقم المرجعي"),
        ),
    ),
    Field(
        "name",
        _("Name"),
        _("The full name of the organisation, in its own language."),
        (
            *("name", "organisation", "organization", "partner", "name of organization"),
            *(
                "organisation name",
                "organization name",
                "partner name",
                "institution",
                "entity",
                "full name",
            ),
            *("nom", "nom de l’organisation", "partenaire", "dénomination", "institution"),
            *("nombre", "organización", "nombre de la organización", "socio", "entidad"),
            *("название", "наименование", "организация", "партнер", "название организации"),
            *("名称", "组织", "机构", "机构名称", "组织名称", "合作伙伴"),
            *("الاسم", "المنظمة", "اسم المنظمة", "الشريك", "المؤسسة", "الجهة"),
        ),
    ),
    Field(
        "acronym",
        _("Short form"),
        _("The letters by which it is known, if there are any."),
        (
            *("acronym", "abbreviation", "short name", "short form", "initials"),
            *("sigle", "acronyme", "abréviation", "nom court", "sigla", "acrónimo"),
            *("abreviatura", "сокращение", "аббревиатура", "краткое название"),
            *("简称", "缩写", "الاختصار", "الاسم المختصر", "المختصر"),
        ),
    ),
    Field(
        "group",
        _("Partner group"),
        _("The code or the name of a group."),
        (
            *("group", "partner group", "category", "constituency", "type", "partner type"),
            *("type of organization", "type of partner", "sector", "groupe", "catégorie"),
            *("groupe de partenaires", "type d’organisation", "grupo", "categoría"),
            *("grupo de socios", "tipo de organización", "tipo", "группа", "категория"),
            *("группа партнеров", "тип организации", "тип", "组别", "类别", "类型", "伙伴组别"),
            *("المجموعة", "الفئة", "مجموعة الشركاء", "نوع المنظمة", "النوع"),
        ),
    ),
    Field(
        "scope",
        _("Scope"),
        _("National, regional or international."),
        (
            *("scope", "level", "reach", "geographical scope", "coverage", "portée", "niveau"),
            *("champ d’action", "alcance", "ámbito", "nivel", "масштаб", "уровень", "охват"),
            *("范围", "层级", "级别", "النطاق", "المستوى"),
        ),
    ),
    Field(
        "country",
        _("Country"),
        _("Where it is seated: an ISO code or a name. May be empty if it is international."),
        (
            *("country", "country of seat", "headquarters", "country or area", "seat", "iso3"),
            *("iso code", "country code", "location", "hq country", "pays", "siège"),
            *("pays du siège", "país", "sede", "país sede", "страна", "местонахождение"),
            *("国家", "国别", "所在国", "国家或地区", "البلد", "الدولة", "المقر", "بلد المقر"),
        ),
    ),
    Field(
        "joined_on",
        _("Joined on"),
        _("A day such as 2026-01-15."),
        (
            *("joined on", "joined", "date joined", "member since", "partner since", "since"),
            *("date of joining", "accession date", "date of accession", "joining date"),
            *("date d’adhésion", "membre depuis", "partenaire depuis", "adhésion", "depuis"),
            *("fecha de adhesión", "miembro desde", "fecha de ingreso", "desde"),
            *("дата вступления", "дата присоединения", "участник с", "партнер с"),
            *("加入日期", "加入时间", "تاريخ الانضمام", "انضم في", "شريك منذ"),
        ),
    ),
    Field(
        "website",
        _("Web site"),
        _("The address of its own pages."),
        (
            *("web site", "website", "url", "web", "homepage", "internet", "web address"),
            *("site web", "site internet", "adresse web", "sitio web", "página web"),
            *("сайт", "веб-сайт", "интернет", "网站", "网址", "الموقع", "الموقع الإلكتروني"),
        ),
    ),
    Field(
        "about",
        _("About the organisation"),
        _("What it is and does, in a few sentences."),
        (
            *("about", "description", "mission", "mandate", "profile", "activities"),
            *("présentation", "activités", "mandat", "descripción", "acerca de", "misión"),
            *("actividades", "описание", "о организации", "деятельность", "миссия"),
            *("简介", "描述", "关于", "介绍", "نبذة", "الوصف", "عن المنظمة", "الأنشطة"),
        ),
    ),
    Field(
        "language",
        _("Language"),
        _("Of the name and the text: ar, en, es, fr, ru or zh."),
        (
            *("language", "language of the name", "langue", "idioma", "lengua", "язык"),
            *("语言", "اللغة"),
        ),
    ),
    Field(
        "parent",
        _("Part of"),
        _("Of which partner it is a chapter or member: its reference or its full name."),
        (
            *("part of", "parent", "parent organization", "parent organisation", "chapter of"),
            *("member of", "affiliated to", "umbrella", "organisation mère", "membre de"),
            *("affiliée à", "parte de", "organización matriz", "miembro de", "afiliada a"),
            *("часть", "головная организация", "член", "上级组织", "所属", "隶属"),
            *("جزء من", "المنظمة الأم", "تابع ل", "عضو في"),
        ),
    ),
    Field(
        "contact_name",
        _("Focal point’s name"),
        _("Who acts for the organisation here."),
        (
            *("focal point", "focal point’s name", "contact", "contact person", "contact name"),
            *("name of focal point", "representative", "point focal", "personne de contact"),
            *("nom du point focal", "nom du contact", "punto focal", "persona de contacto"),
            *("nombre del punto focal", "contacto", "координатор", "контактное лицо"),
            *("имя координатора", "联系人", "联络人", "协调人", "جهة الاتصال", "منسق الاتصال"),
            *("اسم جهة الاتصال", "اسم المنسق"),
        ),
    ),
    Field(
        "contact_email",
        _("Focal point’s address"),
        _("The e-mail address at which that person signs in."),
        (
            *("e-mail", "email", "focal point’s e-mail", "focal point’s address", "mail"),
            *("contact e-mail", "email address", "e-mail of focal point", "courriel"),
            *("adresse électronique", "courriel du point focal", "adresse e-mail", "correo"),
            *("correo electrónico", "correo del punto focal", "электронная почта"),
            *("эл. почта", "адрес электронной почты", "почта", "电子邮件", "电邮", "邮箱"),
            *("联系邮箱", "البريد الإلكتروني", "البريد الالكتروني", "عنوان البريد"),
        ),
    ),
)
