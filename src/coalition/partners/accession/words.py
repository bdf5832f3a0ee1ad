"""The words by which `recognition` reads an application, one table for each language.

Patterns are written without accents, as `fold` leaves a text: lower case, no marks over or
under letters (й is и, ё is е, أ is ا), Arabic final forms made one (ة is ه, ى is ي). They are
regular expressions; a stem is open at its end where the language inflects. To teach the
platform a language is to add one table here and its code to LANGUAGES.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coalition.base.text import fold

__all__ = ["GROUPS", "LANGUAGES", "WORDS", "Words", "fold"]

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")

# Partner groups in the order in which they are tried: the first that fits wins, so that a
# "federation of employers" is not taken for the union that a plain "federation" may be.
GROUPS = ("EMP", "WRK", "IFI", "GOV", "ACA", "IGO", "BUS", "CSO")


@dataclass(frozen=True)
class Words:
    """What one language says when an organisation applies."""

    wish: tuple[str, ...]  # wants to join
    question: tuple[str, ...]  # only asks how, or asks anything
    refusal: tuple[str, ...]  # does not want to, or wants the reader to do something
    coalition: tuple[str, ...]  # what it wants to join, seen in the unfolded text too
    behalf: tuple[str, ...]  # stands before the organisation that is spoken for
    groups: Mapping[str, tuple[str, ...]]  # partner group -> words in an organisation's name
    labels: Mapping[str, tuple[str, ...]]  # field -> labels of a line such as "Country: …"
    closings: tuple[str, ...]  # the last line before a signature
    stops: tuple[str, ...]  # words, folded, that end a name or cannot be in one
    articles: tuple[str, ...]  # words that may stand before a name and are no part of it
    joins: tuple[str, ...]  # "and" between two names
    links: tuple[str, ...]  # small words inside a name
    roles: tuple[str, ...]  # what a person is; followed by the name of the organisation


WORDS: dict[str, Words] = {
    "en": Words(
        wish=(
            r"\b(?:would like|wish(?:es)?|wants?|intends?|decided|pleased|honou?red|hereby"
            r"|appl(?:y|ies|ying)|requests?|requesting|asks?|asking|seeks?|seeking|interest(?:ed)?"
            r"|intention|desire|decision)\b.{0,160}?\b(?:to join|in joining|of joining"
            r"|to become (?:an? |one of )?(?:partner|member)|to be .{0,60}?\b(?:partner|member)"
            r"|for (?:membership|partnership|admission)|admission|membership|to accede)",
            r"\bapplication\b.{0,120}?\b(?:to join|(?:for|as) (?:an? )?(?:member|partner))",
            r"\b(?:accept|admit|register|include|add)\b.{0,120}?\bas (?:an? |new )*"
            r"(?:partner|member)",
        ),
        question=(
            r"\?$",
            r"\bhow (?:to|can|could|may|do|does|we|one|my|our)\b",
            r"\b(?:could|can|would) you\b",
            r"\b(?:information|details|guidance)\b.{0,40}?\b(?:on|about|regarding)\b",
            r"\b(?:know|learn|find out|understand|ask) (?:more|how|about|whether|what|if)\b",
            r"\bwhat (?:are|is|do|does)\b",
            r"\b(?:considering|thinking (?:of|about)|might)\b",
        ),
        refusal=(
            r"\b(?:do|does|did|can|could|will|would|is|are) ?not\b",
            r"\bno longer\b",
            r"\b(?:withdraw|regret|unsubscribe)",
            r"\b(?:like|want|invite|inviting|ask) (?:you|your)\b",
            r"\bjoin (?:us|our)\b",
        ),
        coalition=("coalition", "alliance", "partnership"),
        behalf=(
            "on behalf of",
            "representing",
            "i represent",
            "we represent",
            "we are",
            "i am from",
        ),
        groups={
            "EMP": (
                r"\bemployers\b",
                r"\bchambers? of (?:commerce|industry|trade)",
                r"\bbusiness (?:council|association|federation)",
                r"\bconfederation of (?:industry|business|enterprises)",
                r"\bindustry (?:association|federation)",
            ),
            "WRK": (
                r"\b(?:trade|labou?r) unions?\b",
                r"\bunion\b",
                r"\bworkers'? ?(?:federation|confederation|congress|organi[sz]ation)",
                r"\b(?:federation|confederation|congress) of (?:\w+ )?(?:unions|labou?r|workers)",
            ),
            "IFI": (r"\bbank\b", r"\bmonetary fund\b", r"\bdevelopment fund\b"),
            "GOV": (
                r"\bministry\b",
                r"\bgovernment\b",
                r"\bdepartment of (?:labou?r|employment|social)",
                r"\bcity council\b",
                r"\bmunicipality\b",
            ),
            "ACA": (
                r"\buniversity\b",
                r"\binstitute\b",
                r"\bacademy\b",
                r"\bcollege\b",
                r"\bfaculty\b",
                r"\bresearch (?:centre|center)\b",
                r"\bschool of\b",
            ),
            "IGO": (
                r"\bintergovernmental\b",
                r"\bregional (?:labou?r )?(?:commission|organi[sz]ation)",
                r"\binternational organi[sz]ation\b",
                r"\beconomic community\b",
                r"\bcommission of\b",
                r"\bleague of\b",
                r"\bunited nations\b",
            ),
            "BUS": (
                r"\b(?:ltd|limited|inc|plc|llc|corp|corporation|gmbh|company|co)\b",
                r"\b(?:cooperative|co-operative)\b",
                r"\bgroup\b",
            ),
            "CSO": (
                r"\bassociation\b",
                r"\bfoundation\b",
                r"\bnetwork\b",
                r"\bsociety\b",
                r"\bforum\b",
                r"\bfederation\b",
                r"\bngo\b",
                r"\bmovement\b",
                r"\btrust\b",
                r"\blaw office\b",
                r"\bcouncil\b",
            ),
        },
        labels={
            "organisation": (r"(?:name of (?:the |our )?)?organi[sz]ation(?: name)?",),
            "country": ("country", "based in", "seat"),
            "contact_name": ("contact", "contact person", "focal point"),
        },
        closings=(
            r"(?:(?:kind|best|warm|with) )*(?:regards|wishes)",
            r"(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?",
            r"respectfully(?: yours)?",
            "in solidarity",
            "thank you",
        ),
        stops=(
            *("would", "wishes", "wish", "wants", "want", "hereby", "is", "are", "has", "have"),
            *("was", "were", "will", "we", "i", "who", "which", "that", "to", "in", "with", "as"),
            *("from", "at", "on", "by", "applies", "apply", "requests", "decided", "both"),
        ),
        articles=("the", "our", "we", "dear", "a", "an", "both"),
        joins=("and", "&"),
        links=("of", "and", "for", "the", "&", "de"),
        roles=(
            "secretary",
            "president",
            "director",
            "chair",
            "chairperson",
            "head",
            "officer",
            "coordinator",
            "point",
            "manager",
            "minister",
            "rector",
            "delegate",
            "assistant",
        ),
    ),
    "es": Words(
        wish=(
            r"\b(?:desea(?:mos|n)?|quieren?|queremos|quisiera(?:mos)?|solicita(?:mos|n|r)?|solicitud"
            r"|pide|pedimos|manifiesta|manifestar|expresa(?:r|mos)?|honor|complace|decidido|deseo"
            r"|interes(?:ad[oa]s?)?|postula(?:mos|cion)?)\b.{0,160}?\b(?:unir(?:se|nos)"
            r"|adherir(?:se|nos)?|adhesion|incorporar(?:se|nos)|incorporacion|ingresar|ingreso"
            r"|formar parte|sumar(?:se|nos)|ser (?:miembros?|soci[oa]s?|admitid[oa]s?|parte)"
            r"|membresia|como (?:miembro|soci[oa]))",
        ),
        question=(
            r"\?$",
            r"\bcomo (?:podemos|podria|puede|puedo|se|unir|adherir|hacer)",
            r"\binformacion (?:sobre|acerca|de)\b",
            r"\bsaber (?:como|si|que|cual)",
            r"\b(?:que|cuales son los) requisitos",
        ),
        refusal=(
            r"\bno (?:desea|quer|quier|pod|pued)",
            r"\bya no\b",
            r"\b(?:retirar|lament)",
            r"\binvita(?:mos|r|rle|rles)\b",
        ),
        coalition=("coalici[oó]n", "alianza"),
        behalf=("en nombre de", "en representación de", "en representacion de", "represento a"),
        groups={
            "EMP": (
                r"\b(?:empleador|patronal)",
                r"\bempresari(?:al|os)",
                r"\bcamara (?:nacional )?de (?:comercio|industria)",
            ),
            "WRK": (r"\bsindica", r"\bcentral (?:unitaria|obrera)", r"\bunion general de trabaj"),
            "IFI": (r"\bbanco\b", r"\bfondo (?:monetario|de desarrollo)"),
            "GOV": (r"\bministerio\b", r"\bgobierno\b", r"\bayuntamiento\b", r"\bsecretaria de\b"),
            "ACA": (r"\buniversidad\b", r"\binstituto\b", r"\bfacultad\b", r"\bacademia\b"),
            "IGO": (r"\borganismo (?:regional|internacional)", r"\bcomunidad (?:andina|economica)"),
            "BUS": (r"\bempresa\b", r"\bcooperativa\b", r"\bs\.?a\.?(?:c\.?)?$", r"\bs\.?l\.?$"),
            "CSO": (
                r"\basociacion\b",
                r"\bfundacion\b",
                r"\bred\b",
                r"\bfederacion\b",
                r"\bcolectivo\b",
            ),
        },
        labels={
            "organisation": (r"(?:nombre de la )?organizacion", "entidad"),
            "country": ("pais",),
            "contact_name": (r"(?:persona de )?contacto",),
        },
        closings=(
            r"(?:muy )?(?:atentamente|cordialmente)",
            r"(?:reciban? )?(?:un )?(?:cordial(?:es)? )?saludos?(?: cordial(?:es)?)?",
            "atte",
            "gracias",
        ),
        stops=(
            *("desea", "deseamos", "quiere", "queremos", "quisiera", "solicita", "solicitamos"),
            *("pide", "es", "esta", "ha", "han", "somos", "que", "con", "en", "por", "para", "a"),
            *("al", "me", "nos", "les", "tiene", "manifiesta", "expresa", "fundada", "fundado"),
        ),
        articles=("el", "la", "los", "las", "nuestra", "nuestro", "somos"),
        joins=("y", "e"),
        links=("de", "del", "la", "las", "los", "el", "y", "e", "para"),
        roles=(
            "secretaria",
            "secretario",
            "presidenta",
            "presidente",
            "directora",
            "director",
            "jefa",
            "jefe",
            "coordinadora",
            "coordinador",
            "responsable",
            "delegada",
        ),
    ),
    "fr": Words(
        wish=(
            r"\b(?:souhait(?:e|ons|ent|erait|erions)?|desir(?:e|ons|ent)?|voudr(?:ait|ions|aient)"
            r"|veut|voulons|demand(?:e|ons|ent)|sollicit(?:e|ons|ent)|honneur|decide|plaisir"
            r"|exprim(?:e|ons|er)|part de|candidature|interets?|interess\w+)\b.{0,160}?\b"
            r"(?:rejoindre|adherer|adhesion|devenir (?:membre|partenaire)|integrer|faire partie"
            r"|admission|s'associer|comme (?:membre|partenaire)"
            r"|en (?:tant que|qualite de) (?:membre|partenaire))",
            r"\bcandidature\b.{0,80}?\bcoalition",
        ),
        question=(
            r"\?$",
            r"\bcomment (?:rejoindre|adherer|devenir|faire|nous|on|pouvons|puis|une)",
            r"\brenseignements\b",
            r"\binformations? (?:sur|concernant|relatives?)\b",
            r"\bsavoir (?:comment|si|quel)",
            r"\bquell?e?s? (?:sont|est)\b",
        ),
        refusal=(
            r"\bne .{0,40}?\b(?:pas|plus)\b",
            r"\b(?:retirer|regret)",
            r"\bvous invit|\binvitons\b",
        ),
        coalition=("coalition", "alliance"),
        behalf=("au nom de l'", "au nom de", "au nom du", "pour le compte de", "représentant"),
        groups={
            "EMP": (
                r"\bemployeurs?\b",
                r"\bpatronat\b",
                r"\bchambre de (?:commerce|metiers)",
                r"\bdes entreprises\b",
            ),
            "WRK": (r"\bsyndica", r"\bcentrale (?:des travailleurs|ouvriere)"),
            "IFI": (r"\bbanque\b", r"\bfonds (?:monetaire|de developpement)"),
            "GOV": (r"\bministere\b", r"\bgouvernement\b", r"\bmairie\b"),
            "ACA": (r"\buniversite\b", r"\binstitut\b", r"\becole\b", r"\bfaculte\b"),
            "IGO": (r"\borganisation (?:regionale|internationale|intergouv)", r"\bcommunaute eco"),
            "BUS": (
                r"\bsociete (?:anonyme|par actions)",
                r"\bentreprise\b",
                r"\bs\.?a\.?r?\.?l?\.?$",
            ),
            "CSO": (
                r"\bassociation\b",
                r"\bfondation\b",
                r"\breseau\b",
                r"\bfederation\b",
                r"\bcollectif\b",
                r"\bunion\b",
            ),
        },
        labels={
            "organisation": (r"(?:nom de l')?organisation", "organisme", "structure"),
            "country": ("pays",),
            "contact_name": ("contact", "personne a contacter", "point focal"),
        },
        closings=(
            r"(?:bien )?cordialement",
            r"salutations.*|.*\bsalutations (?:distinguees|cordiales|respectueuses)",
            r".*haute consideration",
            "respectueusement",
            "merci",
        ),
        stops=(
            *("souhaite", "souhaitons", "desire", "voudrait", "demande", "sollicite", "est", "a"),
            *("ont", "qui", "que", "avec", "dans", "en", "pour", "par", "nous", "vous", "je", "a"),
            *("exprime", "fait", "au", "aux"),
        ),
        articles=("le", "la", "les", "l'", "notre", "nos", "du", "de"),
        joins=("et",),
        links=("de", "du", "des", "la", "le", "les", "et", "pour"),
        roles=(
            "secretaire",
            "presidente",
            "president",
            "directrice",
            "directeur",
            "responsable",
            "coordinatrice",
            "cheffe",
            "chef",
            "deleguee",
        ),
    ),
    "ru": Words(
        wish=(
            r"\b(?:хоте(?:л|ла|ло|ли) бы|хочет|хотим|хотят|жела(?:ет|ем|ют|ни\w+)"
            r"|прос(?:ит|им|ят|ьб\w+)"
            r"|ходатаиству\w+|заявля(?:ет|ем)|выража(?:ет|ем)|реши(?:л|ла|ло|ли)|намерен\w*|заявк\w+"
            r"|заявлени\w+|заинтересован\w*)\b.{0,160}?\b(?:вступ(?:ить|лени\w+)|присоедин\w+"
            r"|стать (?:партнер|член|участник)\w*"
            r"|принять\b.{0,80}?(?:партнер|член|участник|коалици)\w*"
            r"|прием\w*|членств\w*)",
        ),
        question=(
            r"\?$",
            r"\bкак (?:можно|нам|мы|вступить|присоединиться|стать)\b",
            r"\bкаки(?:е|х) (?:требовани|документ|услови)",
            r"\b(?:узнать|уточнить|сообщите|подскажите)\b",
            r"\bинформаци\w+ (?:о|об)\b",
        ),
        refusal=(
            r"\bне (?:хот|хоч|жела|смож|мож|намер)",
            r"\b(?:выити|выход|отозвать)",
            r"\bприглаша",
        ),
        coalition=("коалици", "альянс"),
        behalf=("от имени", "от лица", "по поручению", "представляю", "я представляю"),
        groups={
            "EMP": (
                r"\bработодател",
                r"\bпредпринимател",
                r"\bторгово-промышлен",
                r"\bпромышленник",
            ),
            "WRK": (r"\bпрофсоюз", r"\bпрофессиональн\w+ союз", r"\bсоюз", r"\bтрудящихся\b"),
            "IFI": (r"\bбанк", r"\bвалютн\w+ фонд", r"\bфонд\w* развития"),
            "GOV": (r"\bминистерств", r"\bправительств", r"\bдепартамент", r"\bадминистраци"),
            "ACA": (r"\bуниверситет", r"\bинститут", r"\bакадеми", r"\bнии\b"),
            "IGO": (r"\bмежправительственн", r"\bмеждународн\w+ организаци", r"\bсодружеств"),
            "BUS": (
                r"\bкомпани",
                r"\bооо\b",
                r"\bпао\b",
                r"\bао\b",
                r"\bпредприяти",
                r"\bкооператив",
            ),
            "CSO": (
                r"\bассоциаци",
                r"\bфонд",
                r"\bобществ",
                r"\bдвижени",
                r"\bсеть\b",
                r"\bконтор",
                r"\bфедераци",
            ),
        },
        labels={
            "organisation": (r"(?:название )?организаци[яи]", "наименование"),
            "country": ("страна",),
            "contact_name": (r"контактное лицо", "контакт"),
        },
        closings=(r"с (?:глубоким |искренним )?уважением", "с наилучшими пожеланиями", "спасибо"),
        stops=(
            *("хочет", "хотел", "хотела", "хотело", "хотели", "желает", "просит", "просим", "и"),
            *("решил", "решила", "выражает", "заявляет", "это", "в", "во", "с", "на", "от", "к"),
            *("которыи", "которая", "которое", "мы", "я", "намерен", "намерена", "основан"),
        ),
        articles=("наш", "наша", "наше", "мы"),
        joins=("и",),
        links=("по", "и", "для", "при"),
        roles=(
            "председател",
            "директор",
            "секретар",
            "руководител",
            "президент",
            "ректор",
            "начальник",
            "представител",
            "специалист",
        ),
    ),
    "zh": Words(
        wish=(
            r"(?:希望|愿意|愿|申请|谨此|请求|拟|决定|有意|特此|请|要求).{0,60}?"
            r"(?:加入|成为.{0,16}?(?:成员|伙伴|会员)|入会|接纳)",
            r"加入.{0,30}?申请",
        ),
        question=(r"\?$", r"如何|怎样|怎么", r"哪些(?:条件|材料|要求|手续)", r"是否|了解|咨询"),
        refusal=(r"不(?:希望|愿|想|能|再)", r"退出|无法|撤回", r"(?:诚邀|邀请)(?:您|贵|你)"),
        coalition=("联盟", "同盟"),
        behalf=("谨代表", "代表", "来自", "受"),
        groups={
            "EMP": (r"雇主", r"企业(?:家)?(?:联合会|协会)", r"(?:总)?商会", r"工商(?:业)?联合会"),
            "WRK": (r"工会",),
            "IFI": (r"银行", r"货币基金组织", r"发展基金"),
            "GOV": (
                r"(?:劳动|就业|社会|保障|外交|经济)\w{0,8}部$",
                r"政府",
                r"(?:市|省|县)\w{0,6}局$",
            ),
            "ACA": (r"大学", r"学院", r"研究(?:院|所|中心)"),
            "IGO": (r"政府间", r"(?:国际|区域)\w{0,6}组织", r"共同体"),
            "BUS": (r"公司", r"集团", r"企业$", r"合作社"),
            "CSO": (
                r"协会",
                r"基金会",
                r"学会",
                r"联合会",
                r"网络$",
                r"论坛",
                r"事务所",
                r"促进会",
            ),
        },
        labels={
            "organisation": (r"(?:单位|组织|机构)(?:名称)?",),
            "country": (r"国家|国别|所在国",),
            "contact_name": (r"联系人|联络人",),
        },
        closings=(r"此致", r"敬礼", r"谨上|敬上", r"顺颂.*", r"谢谢"),
        stops=(
            *("我们", "我", "谨代表", "代表", "谨此", "谨", "是", "来自", "作为", "愿意", "申请"),
            *(
                "希望",
                "决定",
                "的",
                "向",
                "贵",
                "致",
                "现",
                "特此",
                "均",
                "共同",
                "受",
                "委托",
                "由",
            ),
            *("关于", "为"),
        ),
        articles=(),
        joins=("以及", "和", "与", "及"),
        links=(),
        roles=(),
    ),
    "ar": Words(
        wish=(
            r"\b(?:نود|تود|يود|نرغب|ترغب|يرغب|نطلب|تطلب|يطلب|نتقدم|تتقدم|يتقدم|نعرب|تعرب|يعرب"
            r"|قررت|قرر|قررنا|يسر\w*|بطلب|طلب|رغبه|رغبت\w*|نعلن|تعلن|بالرغبه)\b.{0,160}?"
            r"(?:انضمام|\b(?:ال|لل)?عضويه|\bشريك|\bعضوا)",
        ),
        question=(
            r"[؟?]$",
            r"\bكيف",
            r"\bما (?:هي|هو)\b",
            r"\bمعلومات (?:عن|حول)",
            r"\bمعرفه\b",
            r"\bهل\b",
        ),
        refusal=(r"\bلا (?:نود|نرغب|ترغب|تود|يود|يرغب|نستطيع)", r"انسحاب", r"ندعوك|يدعوكم"),
        coalition=("ائتلاف", "تحالف"),
        behalf=("نيابة عن", "نيابةً عن", "باسم", "بالنيابة عن", "أمثل"),
        groups={
            "EMP": (r"(?:اصحاب|ارباب) (?:ال)?(?:عمل|اعمال)", r"غرفه (?:ال)?(?:تجاره|صناعه)"),
            "WRK": (r"نقاب", r"اتحاد \w*عمال"),
            "IFI": (r"\b[وبل]?(?:ال)?بنك\b", r"\b[وبل]?(?:ال)?مصرف\b", r"صندوق النقد"),
            "GOV": (r"\b[وبل]?(?:ال)?وزاره\b", r"حكومه", r"بلديه"),
            "ACA": (
                r"جامعه",
                r"\b[وبل]?(?:ال)?معهد\b",
                r"اكاديميه",
                r"كليه",
                r"مركز (?:ال)?(?:بحوث|دراسات)",
            ),
            "IGO": (r"منظمه (?:دوليه|اقليميه|حكوميه)", r"المنظمه (?:الدوليه|الاقليميه)"),
            "BUS": (r"شركه", r"تعاونيه", r"مجموعه"),
            "CSO": (
                r"جمعيه",
                r"موسسه",
                r"شبكه",
                r"منظمه",
                r"رابطه",
                r"اتحاد",
                r"\b(?:ال)?مكتب",
            ),
        },
        labels={
            "organisation": (r"(?:اسم )?(?:المنظمه|الجهه|الموسسه)",),
            "country": (r"البلد|الدوله",),
            "contact_name": (r"(?:جهه|شخص|مسوول) الاتصال",),
        },
        closings=(
            r"(?:و?تفضلوا|وتقبلوا).*",
            r"مع (?:خالص |فايق |اطيب )?(?:ال)?(?:تحيات|تحيه|تقدير|احترام|شكر).*",
            r"شكرا.*",
        ),
        stops=(
            *("ترغب", "نرغب", "يرغب", "تود", "نود", "يود", "تطلب", "يطلب", "نطلب", "تتقدم"),
            *("يتقدم", "تعرب", "يعرب", "في", "الي", "من", "علي", "عن", "التي", "الذي", "قررت"),
            *("قرر", "هي", "هو", "بطلب", "ونحن", "وهي", "نحن"),
        ),
        articles=(),
        joins=("و",),
        links=(),
        roles=("رييس", "مدير", "امين", "منسق", "مسوول", "مسوول", "ممثل"),
    ),
}
