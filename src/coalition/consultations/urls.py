from __future__ import annotations

from django.urls import URLPattern, path

from coalition.consultations.concluding import desk_views as answering
from coalition.consultations.concluding import views as concluding
from coalition.consultations.discussing import desk_views as reading_remarks
from coalition.consultations.discussing import views as discussing
from coalition.consultations.drawing import views as drawing
from coalition.consultations.inviting import views as inviting
from coalition.consultations.papers import views as papers
from coalition.consultations.planning import views as planning
from coalition.consultations.prioritising import desk_views as choosing
from coalition.consultations.prioritising import list_views as prioritised
from coalition.consultations.prioritising import views as prioritising
from coalition.consultations.proposing import desk_views as moderating
from coalition.consultations.proposing import views as proposing
from coalition.consultations.reading import views as reading
from coalition.consultations.seeding import views as seeding
from coalition.consultations.summing import organisation_views as by_name
from coalition.consultations.summing import views as summing
from coalition.consultations.turnout import views as turnout
from coalition.consultations.voting import views as voting

app_name = "consultations"

# --- For everyone
urlpatterns: list[URLPattern] = [
    path("consultations/", reading.listing, name="list"),
    path("consultations/download.csv", reading.list_csv, name="list_csv"),
    path("consultations/<reference:reference>/", reading.consultation, name="consultation"),
    path("consultations/<reference:reference>/print/", reading.sheet, name="sheet"),
    path("consultations/<reference:reference>/panel/", drawing.panel, name="panel"),
    path("consultations/<reference:reference>/panel/pool.json", drawing.pool, name="pool"),
]

# --- Results, for everyone
RESULTS = "consultations/<reference:reference>/results/"
urlpatterns += [
    path(RESULTS, summing.results, name="results"),
    path(f"{RESULTS}statements/", summing.statements, name="results_statements"),
    path(f"{RESULTS}statements.csv", summing.statements_csv, name="results_csv"),
    path(f"{RESULTS}print/", summing.brief, name="results_brief"),
    path(f"{RESULTS}results.json", summing.results_json, name="results_json"),
    path(f"{RESULTS}tally.txt", summing.results_tally, name="results_tally"),
    path(f"{RESULTS}<slug:section>/polis.zip", summing.results_polis, name="results_polis"),
    path(f"{RESULTS}organisations/", by_name.organisations, name="organisations"),
    path(
        f"{RESULTS}organisations/answers.csv", by_name.organisations_csv, name="organisations_csv"
    ),
    path(f"{RESULTS}organisations/<reference:partner>/", by_name.organisation, name="organisation"),
]

# --- Who answered, for everyone
urlpatterns += [
    path("consultations/<reference:reference>/turnout/", turnout.turnout, name="turnout"),
    path(
        "consultations/<reference:reference>/turnout/download.csv",
        turnout.turnout_csv,
        name="turnout_csv",
    ),
]

# --- A text, paragraph by paragraph, with what is said of it
OWN = "consultations/<reference:reference>/"
urlpatterns += [
    path(f"{OWN}discuss/", discussing.text, name="discuss"),
    path(f"{OWN}discuss/<slug:eid>/", discussing.paragraph, name="discuss_paragraph"),
    path(f"{OWN}remarks/", discussing.listing, name="remarks"),
    path(f"{OWN}remarks/remarks.csv", discussing.list_csv, name="remarks_csv"),
    path(f"{OWN}remarks/remarks.xlsx", discussing.list_xlsx, name="remarks_xlsx"),
    path(f"{OWN}remarks/own/", discussing.own, name="own_remarks"),
    path(f"{OWN}remarks/<int:number>/", discussing.remark, name="remark"),
    *(
        path(
            f"{OWN}remarks/<int:number>/{verb}/",
            *(discussing.act, {"verb": verb}),
            name=f"{verb}_remark",
        )
        for verb in discussing.VERBS
    ),
]

# --- What became of it
RESPONSES = "consultations/<reference:reference>/responses/"
urlpatterns += [
    path(RESPONSES, concluding.responses, name="responses"),
    path(f"{RESPONSES}download.csv", concluding.responses_csv, name="responses_csv"),
    path(f"{RESPONSES}download.xlsx", concluding.responses_xlsx, name="responses_xlsx"),
    path(f"{RESPONSES}<int:number>/", concluding.response, name="response"),
    path(
        "consultations/<reference:reference>/conclusion/", concluding.conclusion, name="conclusion"
    ),
]

FIRST = "consultations/<reference:reference>/first/<slug:name>/"
urlpatterns += [
    path(FIRST, prioritised.prioritised, name="prioritised"),
    path(f"{FIRST}download.csv", prioritised.prioritised_csv, name="prioritised_csv"),
    path(f"{FIRST}ballots.pb", prioritised.ballots_pb, name="ballots_pb"),
]

# --- For those who answer: for themselves, or for an organisation
for voice in (OWN, f"{OWN}for/<reference:partner>/"):
    urlpatterns += [
        path(f"{voice}react/", voting.answers, name="react"),
        path(f"{voice}react/next/", voting.next_statement, name="react_next"),
        path(f"{voice}react/<int:number>/", voting.statement, name="react_to"),
        path(f"{voice}react/<int:number>/vote/", voting.vote, name="vote"),
        path(f"{voice}prioritise/", prioritising.ballot, name="prioritise"),
    ]
urlpatterns += [
    path(f"{OWN}propose/", proposing.propose, name="propose"),
    *(
        path(
            f"{OWN}propose/<int:number>/{verb}/",
            *(proposing.act, {"verb": verb}),
            name=f"{verb}_statement",
        )
        for verb in proposing.VERBS
    ),
    path(f"{OWN}volunteer/", drawing.volunteer, name="volunteer"),
    path(f"{OWN}volunteer/take-back/", drawing.take_back, name="take_name_out"),
    path(f"{OWN}volunteer/give-up/", drawing.give_up_own, name="give_up_own_seat"),
    path(f"{OWN}react/about-you/", voting.about_you, name="about_you"),
    path(f"{OWN}for/<reference:partner>/sign/", voting.sign, name="sign_answer"),
    path(f"{OWN}for/<reference:partner>/prioritise/sign/", prioritising.sign, name="sign_ballot"),
]

urlpatterns += [
    path(f"{OWN}follow/", inviting.follow, name="follow"),
    path(f"{OWN}unfollow/", inviting.unfollow, name="unfollow"),
]

# --- For officers
DESK = "desk/consultations/"
ONE = f"{DESK}<reference:reference>/"
STATEMENT = f"{ONE}statements/<int:number>/"
urlpatterns += [
    path(DESK, planning.desk, name="desk"),
    path(f"{DESK}download.csv", planning.desk_csv, name="desk_csv"),
    path(f"{DESK}new/", planning.new, name="new"),
    path(ONE, planning.plan, name="plan"),
    path(f"{ONE}words/", planning.words, name="words"),
    path(f"{ONE}scope/", planning.scope, name="scope"),
    path(f"{ONE}priorities/", planning.priorities, name="priorities"),
    path(f"{ONE}paragraphs/", planning.paragraphs, name="paragraphs"),
    path(f"{ONE}people/", planning.people, name="people"),
    path(f"{ONE}invitations/", inviting.desk, name="invitations"),
    path(f"{ONE}invitations/download.csv", inviting.desk_csv, name="invitations_csv"),
    path(f"{ONE}invitations/people/", inviting.people, name="invite_people"),
    path(f"{ONE}invitations/partners/", inviting.partners, name="invite_partners"),
    path(f"{ONE}invitations/<int:pk>/take-back/", inviting.take_back, name="take_back_invitation"),
    path(f"{ONE}phases/", planning.phases, name="phases"),
    path(f"{ONE}phases/<slug:kind>/", planning.phase, name="phase"),
    path(f"{ONE}phases/<slug:kind>/remove/", planning.phase_remove, name="phase_remove"),
    path(f"{ONE}ballot/", choosing.ballot, name="ballot"),
    path(f"{ONE}first-proposals/", seeding.first_proposals, name="first_proposals"),
    path(f"{ONE}first-proposals/<int:number>/", seeding.proposal, name="proposal"),
    path(f"{ONE}first-proposals/<int:number>/take-back/", seeding.take_back, name="take_back"),
    path(f"{ONE}statements/", moderating.desk, name="statements"),
    path(f"{ONE}statements/download.csv", moderating.desk_csv, name="statements_csv"),
    path(f"{ONE}statements/accept/", moderating.accept_all, name="accept_statements"),
    path(f"{ONE}statements/reading/", moderating.set_reading, name="set_reading"),
    path(f"{ONE}statements/near/", moderating.near, name="near_statements"),
    path(STATEMENT, moderating.statement, name="statement"),
    path(f"{STATEMENT}translate/", moderating.translate, name="translate_statement"),
    *(
        path(f"{STATEMENT}{verb}/", moderating.act, {"verb": verb}, name=f"{verb}_statement")
        for verb in moderating.VERBS
    ),
    path(f"{ONE}panel/", drawing.prepare, name="prepare_panel"),
    path(f"{ONE}panel/draw/", drawing.draw, name="draw_panel"),
    path(f"{ONE}panel/<int:pk>/give-up/", drawing.give_up, name="give_up_seat"),
    path(f"{ONE}remarks/", reading_remarks.desk, name="remarks_desk"),
    path(f"{ONE}remarks/remarks.csv", reading_remarks.desk_csv, name="remarks_desk_csv"),
    path(f"{ONE}remarks/accept/", reading_remarks.accept_all, name="accept_remarks"),
    path(f"{ONE}remarks/<int:number>/", reading_remarks.remark, name="remark_on_desk"),
    *(
        path(
            f"{ONE}remarks/<int:number>/{verb}/",
            *(reading_remarks.act, {"verb": verb}),
            name=f"{verb}_remark",
        )
        for verb in reading_remarks.VERBS
    ),
    path(f"{ONE}responses/", answering.responses, name="answers"),
    path(f"{ONE}responses/download.csv", answering.responses_csv, name="answers_csv"),
    path(f"{ONE}responses/download.xlsx", answering.responses_xlsx, name="answers_xlsx"),
    path(f"{ONE}responses/<int:number>/", answering.response, name="answer"),
    path(f"{ONE}conclusion/", answering.conclude, name="conclude"),
    path(f"{ONE}conclusion/dissent/", answering.choose_group, name="choose_group"),
    path(f"{ONE}conclusion/dissent/<slug:group>/", answering.dissent, name="dissent"),
    *(
        path(f"{ONE}{verb.replace('_', '-')}/", answering.act, {"verb": verb}, name=verb)
        for verb in answering.VERBS
    ),
    path(f"{ONE}cockpit/", turnout.cockpit, name="cockpit"),
    path(f"{ONE}turnout/", turnout.desk, name="turnout_desk"),
    path(f"{ONE}turnout/download.csv", turnout.desk_csv, name="turnout_desk_csv"),
    path(f"{ONE}missing/", turnout.missing, name="missing"),
    path(f"{ONE}missing/download.csv", turnout.missing_csv, name="missing_csv"),
    path(f"{ONE}missing/invite/", turnout.invite_missing, name="invite_missing"),
    path(f"{ONE}papers/", papers.papers, name="papers"),
    path(f"{ONE}papers/template.xlsx", papers.template, name="papers_template"),
    path(f"{ONE}papers/<int:pk>/", papers.file, name="paper_file"),
    path(f"{ONE}papers/<int:pk>/take-in/", papers.take_in, name="take_papers_in"),
    path(f"{ONE}papers/<int:pk>/throw-away/", papers.throw_away, name="throw_papers_away"),
    path(f"{ONE}papers/taken-in/<int:pk>/take-back/", papers.take_back, name="take_papers_back"),
    path(f"{ONE}discard/", planning.discard, name="discard"),
    *(
        path(f"{ONE}{verb.replace('_', '-')}/", planning.act, {"verb": verb}, name=verb)
        for verb in planning.VERBS
    ),
]
