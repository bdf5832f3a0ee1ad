from django.urls import path

from coalition.instruments.adherence import views as adherence
from coalition.instruments.citations import views as citing
from coalition.instruments.comparison import views as comparison
from coalition.instruments.consent import desk_views as consent_desk
from coalition.instruments.consent import views as consent
from coalition.instruments.external import views as external
from coalition.instruments.following import views as following
from coalition.instruments.intake import views as intake
from coalition.instruments.obligations import views as obligations
from coalition.instruments.texts import views
from coalition.instruments.tracker import views as tracker

app_name = "instruments"
# A page of a topic stands before the last line: an address of a provision can be any word.
urlpatterns = [
    path("declarations/", views.moved, name="moved"),
    path("declarations/<path:rest>", views.moved, name="moved_inside"),
    path("instruments/", views.library, name="list"),
    path("instruments/instruments.csv", views.library_csv, name="list_csv"),
    path("instruments/instruments.json", views.library_json, name="list_json"),
    path("instruments/<slug:code>/", views.contents, name="contents"),
    path("instruments/<slug:code>/part/<int:number>/", views.part, name="part"),
    path("instruments/<slug:code>/print/", views.whole, name="print"),
    path("instruments/<slug:code>/text.txt", views.as_text, name="as_text"),
    path("instruments/<slug:code>/text.json", views.as_json, name="as_json"),
    path("instruments/<slug:code>/text.xml", views.as_xml, name="as_xml"),
    path("instruments/<slug:code>/paragraphs.csv", views.paragraphs_csv, name="paragraphs_csv"),
    path("desk/texts/", intake.texts, name="intakes"),
    path("desk/texts/new/", intake.new, name="intake_new"),
    path("desk/texts/<int:pk>/", intake.intake, name="intake"),
    path("desk/texts/<int:pk>/correct/", intake.correct, name="intake_correct"),
    path("desk/texts/<int:pk>/publish/", intake.publish, name="intake_publish"),
    path("desk/texts/<int:pk>/restore/", intake.restore, name="intake_restore"),
    path("desk/texts/<int:pk>/discard/", intake.discard, name="intake_discard"),
    path("desk/texts/<int:pk>/file/", intake.file, name="intake_file"),
    path("desk/consent/", consent_desk.desk, name="consent_desk"),
    path("desk/consent/record/", consent_desk.record_act, name="consent_record"),
    path("desk/consent/<int:pk>/strike/", consent_desk.strike, name="consent_strike"),
    path("consent/", consent.matrix, name="matrix"),
    path("consent/consent.csv", consent.matrix_csv, name="matrix_csv"),
    path("consent/consent.xlsx", consent.matrix_xlsx, name="matrix_xlsx"),
    path("consent/consent.json", consent.matrix_json, name="matrix_json"),
    path("consent/<slug:party>/", consent.record, name="record"),
    path("consent/<slug:party>/record.csv", consent.record_csv, name="record_csv"),
    path("instruments/<slug:code>/parties/", consent.parties, name="parties"),
    path("instruments/<slug:code>/parties/parties.csv", consent.parties_csv, name="parties_csv"),
    path("instruments/<slug:code>/parties/not-yet/", consent.not_yet, name="not_yet"),
    path("instruments/<slug:code>/parties/not-yet.csv", consent.not_yet_csv, name="not_yet_csv"),
    path("instruments/<slug:code>/parties/<slug:party>/", consent.passport, name="passport"),
    path("instruments/<slug:code>/citations/", citing.citations, name="citations"),
    path(
        "instruments/<slug:code>/citations/citations.csv",
        citing.citations_csv,
        name="citations_csv",
    ),
    path("instruments/<slug:code>/versions/", comparison.versions, name="versions"),
    path("instruments/<slug:code>/versions/<int:key>/", comparison.version, name="version"),
    path(
        "instruments/<slug:code>/versions/<int:key>/part/<int:number>/",
        comparison.part,
        name="version_part",
    ),
    path(
        "instruments/<slug:code>/versions/<int:key>/<slug:eid>/",
        comparison.provision,
        name="version_provision",
    ),
    path("instruments/<slug:code>/compare/", comparison.compare, name="compare"),
    path("instruments/<slug:code>/compare/changes.csv", comparison.changes_csv, name="compare_csv"),
    path("profile/following/", following.following, name="following"),
    path("instruments/<slug:code>/feed/", following.feed, name="feed"),
    path("instruments/<slug:code>/follow/", following.follow_text, name="follow_instrument"),
    path("instruments/<slug:code>/unfollow/", following.unfollow_text, name="unfollow_instrument"),
    path("instruments/<slug:code>/adherence/", adherence.adherence, name="adherence"),
    path("instruments/<slug:code>/adherence.csv", adherence.adherence_csv, name="adherence_csv"),
    path("instruments/<slug:code>/tracker/", tracker.tracker, name="tracker"),
    path("instruments/<slug:code>/tracker.csv", tracker.tracker_csv, name="tracker_csv"),
    path("instruments/<slug:code>/tracker.json", tracker.tracker_json, name="tracker_json"),
    path("instruments/<slug:code>/endorse/", adherence.endorse, name="endorse"),
    path(
        "workspace/<reference:partner>/declarations/", adherence.endorsements, name="endorsements"
    ),
    path(
        "workspace/<reference:partner>/declarations/<slug:code>/withdraw/",
        adherence.withdraw,
        name="withdraw_adherence",
    ),
    path("desk/adherence/", adherence.desk, name="adherence_desk"),
    path("desk/adherence/<int:pk>/strike/", adherence.strike, name="strike_adherence"),
    path(
        "instruments/<slug:code>/<slug:eid>/feed/", following.provision_feed, name="provision_feed"
    ),
    path(
        "instruments/<slug:code>/<slug:eid>/follow/",
        following.follow_provision,
        name="follow_provision",
    ),
    path(
        "instruments/<slug:code>/<slug:eid>/unfollow/",
        following.unfollow_provision,
        name="unfollow_provision",
    ),
    path("reporting/", obligations.calendar, name="reporting"),
    path("reporting/reports-due.csv", obligations.calendar_csv, name="reporting_csv"),
    path("reporting/reports-due.ics", obligations.calendar_ics, name="reporting_ics"),
    path("reporting/<slug:party>/", obligations.of_party, name="reporting_of"),
    path("reporting/<slug:party>/reports-due.ics", obligations.party_ics, name="reporting_of_ics"),
    path("comments/", obligations.comments, name="comments"),
    path("comments/comments.csv", obligations.comments_csv, name="comments_csv"),
    path("comments/<slug:reference>/", obligations.comment, name="comment"),
    path("desk/comments/", obligations.desk, name="comments_desk"),
    path("desk/comments/file/", obligations.take_in, name="comments_take_in"),
    path("desk/comments/<slug:reference>/strike/", obligations.strike, name="comment_strike"),
    path("desk/reporting/<slug:key>/", obligations.group, name="reporting_group"),
    path("registers/", external.registers, name="registers"),
    path("registers/<slug:code>/", external.register, name="register"),
    path("registers/<slug:code>/records.csv", external.register_csv, name="register_csv"),
    path("registers/<slug:code>/records.xlsx", external.register_xlsx, name="register_xlsx"),
    path("registers/<slug:code>/<int:pk>/", external.record, name="external_record"),
    path("desk/registers/", external.desk, name="registers_desk"),
    path("desk/registers/preview/", external.preview, name="registers_preview"),
    path("desk/registers/take-in/", external.take_in, name="registers_take_in"),
    path("desk/registers/<int:pk>/", external.belonging, name="belonging"),
    path("desk/registers/<int:pk>/attach/", external.attach, name="attach_record"),
    path("desk/registers/<int:pk>/release/", external.release, name="release_record"),
    path("reporting/<slug:party>/follow/", following.follow_party, name="follow_party"),
    path("reporting/<slug:party>/unfollow/", following.unfollow_party, name="unfollow_party"),
    path("instruments/<slug:code>/<slug:eid>/", views.provision, name="provision"),
]
