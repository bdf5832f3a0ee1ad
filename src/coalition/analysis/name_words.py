"""What words of names weigh: legal forms and fillers little, words of trade and given names some.

The lists are our own, for the six languages of the United Nations and those met beside them on
lists of names. A word stands as `scripts.words_of` writes it; those of other scripts are brought
into that form below. Nothing is dropped: a name of fillers alone can still be found.
"""

from __future__ import annotations

from coalition.analysis.scripts import words_of

PARTICLE, FILLER, TRADE, COMMON = 0.08, 0.1, 0.5, 0.55

PARTICLES = """
al el ul il ar as ad at az ash an ud ur us bin ibn ben bint binti binte ould wld bnt bn aben
abu abou abo abi umm um de da do dos del della di du des van von der den ter la le les los las
y e o i u a of the and for in to on by with und et
"""
# Grown together with a name in one spelling, apart in another: abd al-Rahman, Siraj ud-Din.
PARTS = {"abd": 0.2, "lah": 0.25, "din": 0.3}

FILLERS = """
ltd limited llc llp lp plc inc incorporated co company corp corporation cie gmbh mbh ag kg ohg ug
sa sas sarl sau spa srl sl slu sc sca scs snc eurl sasu ltda cia eirl cv rl
bv nv oy ab as asa aps kft zrt doo dd ad sro ooo oao zao pao ao tov nko ano gup fgup mup
jsc ojsc pjsc cjsc llo psc pjs wll bsc kscc saa sae fze fzco fzc fz dmcc jv
pte pty pvt sdn bhd tbk pt cv kk gk yk est establishment etablissement establecimiento
societe sociedad societa compagnie compania anonyme anonima responsabilite responsabilidad limitee
limitada obshchestvo ogranichennoy otvetstvennostyu aktsionernoe zakrytoe otkrytoe publichnoe
predpriyatie kompaniya firma korporatsiya c0 v vv e
ngo ong onu un asbl aka fka nka alias
ООО ОАО ЗАО ПАО АО НКО общество ограниченной ответственностью акционерное закрытое открытое компания
предприятие корпорация фирма и в на для
شركة مؤسسة محدودة المحدودة ذات مسؤولية مساهمة ش م م ذ من في و ل
"""

TRADES = """
national international global general state public central federal republic regional world african
asian european arab islamic american united joint new first royal people peoples popular group
holding holdings trust foundation fund association society institute institution centre center
organization organisation committee council commission federation confederation union league
movement party front army forces force brigade ministry department office bureau agency authority
board branch bank banking finance financial investment investments exchange insurance capital
money stock trading trade commerce commercial export import business enterprise enterprises
industry industries industrial manufacturing factory plant mill mills works project projects
contracting contractors construction building engineering technology technologies technical
electronics electronic electric electrical energy power oil gas petroleum petrochemical chemical
chemicals mining minerals metal metals steel iron machinery equipment tools automotive motors
shipping maritime marine ship vessel transport transportation logistics aviation airlines air
freight cargo travel services service supply supplies food foods agriculture agricultural farming
farms fisheries fishing textile textiles cement pipes water housing health medical pharmaceutical
education training university college school academy research science sciences development
cooperation cooperative management marketing distribution production products solutions systems
security defense defence military relief charity charitable welfare aid human rights media press
communication communications information telecom software consulting workers employers labour
labor trade chamber banque bancaire commerce commerciale industrie industrielle nationale national
generale etat agence association fondation fonds federation syndicat union travailleurs entreprise
entreprises developpement cooperation transports transport aerienne energie petrole mines
agriculture agricole peche textile construction batiment sante education universite ecole
recherche conseil ministere institut mouvement banco comercio comercial industria industrial
nacional general estado agencia asociacion fundacion fondo federacion sindicato trabajadores
empresa empresas desarrollo cooperacion transportes transporte aerea energia petroleo minera
mineria agricultura agricola pesca textil construccion salud educacion universidad escuela
investigacion consejo ministerio instituto movimiento servicios grupo банк торговая торговый
торговля промышленность промышленный национальный национальная государственный международный
международная союз федерация фонд ассоциация агентство институт университет транспорт
строительство энергия нефть газ сельское хозяйство развитие профсоюз министерство группа завод
бухгалтерия услуги страхование технологии образование здравоохранение بنك مصرف التجارة تجارة
التجارية الصناعة صناعة الصناعية الوطنية الوطني الدولية الدولي العامة العام اتحاد نقابة جمعية منظمة
هيئة وزارة معهد جامعة النقل نقل البناء بناء الطاقة النفط الغاز الزراعة التنمية التعاون الخدمات
خدمات التعليم الصحة مجموعة مصنع للتجارة للنقل للصناعة للبناء للتنمية الخيرية
公司 有限 集团 贸易 国际 中国 银行 工业 技术 发展 运输 航运 建筑 能源 农业 工会 协会 基金会
"""

# Given names and titles that very many bear.
COMMONS = """
muhammad ahmad ali hasan husayn ibrahim ismail yusuf umar uthman abdallah mahmud mustafa khalid said
salih hamid jamal kamal karim rahman rahim aziz qadir nasir tariq walid omar musa isa daud sulayman
fatima aisha maryam khan shah singh kumar hajji haji sheikh sayyid mullah mawlawi maulavi qari dr
john mary jean jose juan maria carlos luis pierre paul peter david michael james robert george
ivan sergei alexander vladimir andrei dmitri nikolai mikhail aleksandr
kim ri li pak choe jong jang wang zhang chen liu
"""

# Spellings of one word that no rule of sounds brings together. The first is the one kept.
FAMILIES = """
al el ul il ar as ad at az ash an
bin ibn ben bn
abu abou abo abi
ould wld
muhammad mohd muhd mehmet mamadou magomed mahomet mohamud mohammod moh
ahmad ahmet akhmed akhmad achmad amadou
hasan khasan hacen
husayn huseyin guseyn hocine hosayn
yusuf yusif joseph iosif josef jose
sulayman soliman suleiman sulaiman
jamal gamal djamel jamel
jabir gaber
najib naguib
rajab ragab
ramadan ramazan ramzan
rida riza reza redha
shaykh sheikh shaikh cheikh sheik chekh sheykh scheich
mawlawi maulavi molvi moulvi maulvi mowlavi
mullah mulla molla mollah mula
hajji haji hadji hadj haj hajj hadzhi
umar omar oumar omer
uthman osman othman usman ousmane
ibrahim ibragim
khalid chalid
yahya iakhia yakhya
sayyid sayed syed seyed said
ri li yi rhee lee ree rhi
pak park bak
choe choi choy
jo cho
kang gang
chong jong jung chung
ltd limited
co company cie compagnie compania kompaniya
corp corporation korporatsiya
inc incorporated
intl international int
bros brothers
est establishment
org organization organisation
assn association assoc
dept department
govt government
univ university
inst institute
natl national
centre center
defence defense
labour labor
jv joint
st saint
alexander aleksandr aleksander alexandre alejandro
john ivan ioann johannes
george georgi georgii georgy yuri
michael mikhail mikhael
peter petr pyotr pedro pierre
paul pavel pablo
sergei sergey serguei sergej
"""


def _in_latin(table: str) -> frozenset[str]:
    return frozenset(word.text for each in table.split() for word in words_of(each))


_PARTICLES, _FILLERS = _in_latin(PARTICLES), _in_latin(FILLERS)
_TRADES, _COMMONS = _in_latin(TRADES), _in_latin(COMMONS)
FAMILY = {
    spelling: line.split()[0] for line in FAMILIES.strip().splitlines() for spelling in line.split()
}


def weight(word: str) -> float:
    """How much a word tells of who bears the name, 0 … 1, before it is known how rare it is."""
    if word in PARTS:
        return PARTS[word]
    if word in _PARTICLES:
        return PARTICLE
    kept = FAMILY.get(word, word)
    if word in _FILLERS or kept in _FILLERS:
        return FILLER
    if word in _TRADES or kept in _TRADES:
        return TRADE
    return COMMON if word in _COMMONS or kept in _COMMONS else 1.0


def is_filler(word: str) -> bool:
    """Does the word tell nothing by itself: a particle or a legal form?"""
    return word in _PARTICLES or word in _FILLERS or FAMILY.get(word, word) in _FILLERS
