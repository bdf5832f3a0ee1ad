from django.urls import path

from coalition.interventions.deciding import views as deciding
from coalition.interventions.iati import views as iati
from coalition.interventions.joining import views as joining
from coalition.interventions.money import views as money
from coalition.interventions.opening import views as opening
from coalition.interventions.portfolio import views as portfolio
from coalition.interventions.reading import views as reading
from coalition.interventions.roles import views as roles
from coalition.interventions.showing import views as showing
from coalition.interventions.states import VERBS
from coalition.interventions.work import views as work
from coalition.interventions.writing import views as writing

app_name = "interventions"

# --- For everyone
ONE = "interventions/<reference:reference>/"
urlpatterns = [
    path("interventions/iati/", iati.about, name="iati"),
    path("interventions/", reading.interventions, name="list"),
    path("interventions/map/", reading.on_map, name="map"),
    path("interventions/download.csv", reading.download_csv, name="download"),
    path("interventions/download.xlsx", reading.download_xlsx, name="download_xlsx"),
    path("interventions/download.json", reading.download_json, name="download_json"),
    path(ONE, reading.intervention, name="intervention"),
    path(f"{ONE}results/", showing.results, name="results"),
    path(f"{ONE}theory/", showing.theory, name="theory"),
    path(f"{ONE}brief/", showing.brief, name="brief"),
    path("interventions/in/<code:code>/", showing.in_place, name="in_place"),
    path(f"{ONE}money.csv", money.money_csv, name="money_csv"),
]

# --- For those who take part, and for officers
MINE = "workspace/interventions/<reference:reference>/"
urlpatterns += [
    path(MINE, deciding.workspace, name="workspace"),
    *(
        path(f"{MINE}{verb.replace('_', '-')}/", deciding.act, {"verb": verb}, name=verb)
        for verb in VERBS
    ),
    path(f"{MINE}edit/<slug:step>/", writing.edit, name="edit"),
    path(f"{MINE}discard/", opening.discard, name="discard"),
    path(f"{MINE}parts/", joining.parts, name="parts"),
    path(f"{MINE}parts/ask/", joining.ask, name="part_ask"),
    path(f"{MINE}parts/accept/", joining.accept, name="part_accept"),
    path(f"{MINE}parts/refuse/", joining.refuse, name="part_refuse"),
    path(f"{MINE}parts/leave/", joining.leave, name="part_leave"),
    path(f"{MINE}parts/count/<int:number>/", joining.count, name="part_count"),
    path(f"{MINE}roles/", roles.roles, name="roles"),
    path(f"{MINE}roles/<int:pk>/", roles.role, name="role"),
    *(
        path(f"{MINE}roles/<int:pk>/{verb}/", roles.act, {"verb": verb}, name=f"role_{verb}")
        for verb in roles.VERBS
    ),
]

# --- Money and work of an intervention, for those who lead it
for _kind in ("budget", "payment"):
    _rows = f"{MINE}money/{_kind}s/"
    urlpatterns += [
        path(f"{_rows}new/", money.add, {"kind": _kind}, name=f"add_{_kind}"),
        path(f"{_rows}<int:number>/", money.row, {"kind": _kind}, name=_kind),
        path(f"{_rows}<int:number>/remove/", money.remove, {"kind": _kind}, name=f"remove_{_kind}"),
    ]
for _kind, _plural in (("activity", "activities"), ("risk", "risks")):
    _rows = f"{MINE}work/{_plural}/"
    urlpatterns += [
        path(f"{_rows}new/", work.add, {"kind": _kind}, name=f"add_{_kind}"),
        path(f"{_rows}<int:number>/", work.row, {"kind": _kind}, name=_kind),
        path(f"{_rows}<int:number>/remove/", work.remove, {"kind": _kind}, name=f"remove_{_kind}"),
    ]
urlpatterns += [
    path(f"{MINE}money/", money.money, name="money"),
    path(f"{MINE}work/", work.work, name="work"),
]

# --- For coordinating groups and officers
urlpatterns += [
    path("portfolio/interventions/", portfolio.portfolio, name="portfolio"),
    path("portfolio/interventions/portfolio.csv", portfolio.portfolio_csv, name="portfolio_csv"),
    path("portfolio/interventions/portfolio.xlsx", portfolio.portfolio_xlsx, name="portfolio_xlsx"),
]

# --- For officers
DESK = "desk/interventions/"
urlpatterns += [
    path(DESK, opening.desk, name="desk"),
    path(f"{DESK}interventions.csv", opening.desk_csv, name="desk_csv"),
    path(f"{DESK}open/", opening.open_new, name="open"),
    path(f"{DESK}open/<reference:reference>/", opening.open_decided, name="open_decided"),
]
