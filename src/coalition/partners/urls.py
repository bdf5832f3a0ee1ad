"""Addresses of this room. The partner's own page stands in room `web`, which knows all rooms."""

from django.urls import path

from coalition.partners.accession import views as accession
from coalition.partners.bodies import keeping_views as keeping
from coalition.partners.bodies import points_views
from coalition.partners.bodies import views as bodies
from coalition.partners.desk import views as desk
from coalition.partners.directory import views as directory
from coalition.partners.joining import application_views as application
from coalition.partners.joining import document_views as documents
from coalition.partners.joining import views as joining
from coalition.partners.models import PriorityKind
from coalition.partners.people import partnership_views as partnership
from coalition.partners.people import views as people
from coalition.partners.priorities import common_views as common
from coalition.partners.priorities import views as priorities
from coalition.partners.profile import views as profile
from coalition.partners.roster import views as roster
from coalition.partners.screening import views as screening
from coalition.partners.vetting import views as vetting

app_name = "partners"
urlpatterns = [
    path("join/", joining.join, name="join"),
    path("join/begin/", joining.begin, name="begin"),
    path("join/link/", joining.lost_link, name="lost_link"),
    path("join/confirm/<str:token>/", application.confirm, name="confirm"),
    path("join/request/<str:token>/", application.application, name="application"),
    path("join/request/<str:token>/send/", joining.send, name="send_application"),
    path("join/request/<str:token>/answer/", application.answer, name="answer_application"),
    path("join/request/<str:token>/withdraw/", application.withdraw, name="withdraw_application"),
    path("join/request/<str:token>/contact/", application.change_contact, name="change_contact"),
    path("join/request/<str:token>/documents/add/", documents.add_document, name="add_document"),
    path(
        "join/request/<str:token>/documents/<int:pk>/",
        documents.application_document,
        name="application_document",
    ),
    path(
        "join/request/<str:token>/documents/<int:pk>/remove/",
        documents.remove_document,
        name="remove_document",
    ),
    path("join/request/<str:token>/<slug:step>/", joining.fill_in, name="fill_in"),
    path(
        "desk/requests/<reference:reference>/attachments/",
        documents.attachments,
        name="attachments",
    ),
    path("desk/requests/<reference:reference>/adopt/", documents.adopt, name="adopt"),
    path(
        "desk/requests/<reference:reference>/explain/",
        documents.explain_paper,
        name="explain_paper",
    ),
    path(
        "desk/requests/<reference:reference>/documents/<int:pk>/",
        documents.case_document,
        name="case_document",
    ),
    path("partners/", directory.directory, name="directory"),
    path("partners/overview/", directory.overview, name="overview"),
    path("partners.csv", directory.directory_csv, name="directory_csv"),
    path("partners.xlsx", directory.directory_xlsx, name="directory_xlsx"),
    path("workspace/<reference:reference>/priorities/", priorities.priorities, name="priorities"),
    path(
        "workspace/<reference:reference>/opportunities/",
        priorities.priorities,
        {"kind": PriorityKind.OPPORTUNITY},
        name="opportunities",
    ),
    path("workspace/<reference:reference>/profile/", profile.profile_edit, name="profile_edit"),
    path(
        "workspace/<reference:reference>/profile/history/",
        profile.profile_history,
        name="profile_history",
    ),
    path("partners/<reference:reference>/logo.png", profile.logo, name="logo"),
    path("workspace/<reference:reference>/people/", people.people, name="people"),
    path("workspace/<reference:reference>/people/invite/", people.invite, name="invite"),
    path("workspace/<reference:reference>/people/hand-over/", people.hand_over, name="hand_over"),
    *(
        path(f"workspace/<reference:reference>/people/<int:pk>/{name}/", view, name=name)
        for name, view in (
            *(("change", people.change), ("end", people.end), ("promote", people.promote)),
            *(("resend", people.resend), ("cancel", people.cancel)),
        )
    ),
    path("workspace/<reference:reference>/leave/", partnership.leave, name="leave"),
    path("workspace/<reference:reference>/return/", partnership.come_back, name="come_back"),
    path(
        "workspace/<reference:reference>/carry-on/<reference:left>/",
        partnership.carry_on,
        name="carry_on",
    ),
    path(
        "workspace/<reference:reference>/not-carry-on/<reference:left>/",
        partnership.not_carry_on,
        name="not_carry_on",
    ),
    path("workspace/<reference:reference>/archive/", partnership.own_archive, name="own_archive"),
    path("archives/<str:token>/", partnership.signed_archive, name="signed_archive"),
    path("invitations/<str:token>/", people.invitation, name="invitation"),
    path("invitations/<str:token>/sign-in/", people.invitation_sign_in, name="invitation_sign_in"),
    path("invitations/<str:token>/accept/", people.invitation_accept, name="invitation_accept"),
    path("invitations/<str:token>/decline/", people.invitation_decline, name="invitation_decline"),
    *(
        path(
            f"desk/partners/<reference:reference>/{name}/",
            partnership.decide,
            {"name": name},
            name=f"partner_{name}",
        )
        for name in partnership.DECISIONS
    ),
    path("desk/requests/open/<int:message_id>/", accession.open_from_message, name="open"),
    path("desk/requests/<reference:reference>/", accession.case, name="request"),
    path("desk/requests/<reference:reference>/write/", accession.write, name="write"),
    path(
        "desk/requests/<reference:reference>/letters/<slug:name>/", accession.letter, name="letter"
    ),
    path("desk/requests/<reference:reference>/note/", accession.note, name="note"),
    *(
        path(
            f"desk/requests/<reference:reference>/{verb.replace('_', '-')}/",
            accession.decide,
            {"verb": verb},
            name=verb,
        )
        for verb in accession.DECISIONS
    ),
    path("desk/duplicates/<int:pk>/not-the-same/", accession.not_the_same, name="not_the_same"),
    path("desk/requests/", desk.board, name="board"),
    path("desk/requests.csv", desk.board_csv, name="board_csv"),
    path("desk/requests.xlsx", desk.board_xlsx, name="board_xlsx"),
    path("desk/board/assign/", desk.assign, name="assign"),
    path("desk/board/snooze/", desk.snooze, name="snooze"),
    path("desk/board/remind/", desk.remind, name="remind"),
    path("desk/board/views/", desk.save_view, name="save_view"),
    path("desk/board/views/<int:pk>/forget/", desk.forget_view, name="forget_view"),
    # Due diligence; the register entry is public.
    path("partners/<reference:reference>/register/", vetting.register_entry, name="register_entry"),
    path("desk/verifications/", vetting.verifications, name="verifications"),
    path(
        "desk/requests/<reference:reference>/vetting/",
        vetting.request_vetting,
        name="request_vetting",
    ),
    path("desk/requests/<reference:reference>/flags/", vetting.request_flag, name="request_flag"),
    path(
        "desk/partners/<reference:reference>/vetting/",
        vetting.partner_vetting,
        name="partner_vetting",
    ),
    path("desk/partners/<reference:reference>/flags/", vetting.partner_flag, name="partner_flag"),
    path(
        "desk/requests/<reference:reference>/vetting/begin/",
        vetting.request_begin,
        name="request_begin",
    ),
    path(
        "desk/partners/<reference:reference>/vetting/begin/",
        vetting.partner_begin,
        name="partner_begin",
    ),
    path("desk/verifications/<int:pk>/declare/", vetting.declare, name="verification_declare"),
    path("desk/verifications/<int:pk>/propose/", vetting.propose, name="verification_propose"),
    path(
        "desk/verifications/<int:pk>/review-again/",
        vetting.review_again,
        name="verification_review_again",
    ),
    path("desk/verifications/<int:pk>/confirm/", vetting.confirm, name="verification_confirm"),
    path("desk/verifications/<int:pk>/reject/", vetting.reject, name="verification_reject"),
    path("desk/flags/<int:pk>/raise-risk/", vetting.raise_risk, name="flag_raise_risk"),
    path("desk/flags/<int:pk>/escalate/", vetting.escalate, name="flag_escalate"),
    path("desk/flags/<int:pk>/confirm-red/", vetting.confirm_red, name="flag_confirm_red"),
    path("desk/flags/<int:pk>/lower/", vetting.lower, name="flag_lower"),
    path("desk/flags/<int:pk>/resolve/", vetting.resolve, name="flag_resolve"),
    # Screening against lists of sanctions
    path("desk/screening/", screening.held_lists, name="screening"),
    path(
        "desk/requests/<reference:reference>/screening/",
        screening.request_screening,
        name="request_screening",
    ),
    path(
        "desk/requests/<reference:reference>/screening/screen/",
        screening.screen_request,
        name="screen_request",
    ),
    path(
        "desk/partners/<reference:reference>/screening/",
        screening.partner_screening,
        name="partner_screening",
    ),
    path(
        "desk/partners/<reference:reference>/screening/screen/",
        screening.screen_partner,
        name="screen_partner",
    ),
    path("desk/matches/<int:pk>/clear/", screening.clear, name="clear_match"),
    path("desk/matches/<int:pk>/confirm/", screening.confirm, name="confirm_match"),
    # What several partners share
    path("priorities/common/", common.listing, name="common_priorities"),
    path("priorities/common.csv", common.listing_csv, name="common_priorities_csv"),
    path("priorities/common/<reference:reference>/", common.page, name="common_priority"),
    path("desk/priorities/", common.desk, name="common_desk"),
    path("desk/priorities/<reference:reference>/", common.work, name="common_work"),
    *(
        path(
            f"desk/priorities/<reference:reference>/{name.replace('_', '-')}/",
            getattr(common, name),
            name=f"common_{name}",
        )
        for name in (
            *("name", "accept", "add", "take_out", "split", "merge", "dissolve"),
            "make_theme",
        )
    ),
    # Bodies and their meetings
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/<code:code>/", bodies.body, name="body"),
    path("bodies/<code:code>/meetings.ics", bodies.body_calendar, name="body_calendar"),
    path("bodies/<code:code>/decisions.csv", bodies.decisions_csv, name="decisions_csv"),
    path("bodies/<code:code>/actions/", points_views.of_body, name="body_actions"),
    path("bodies/<code:code>/actions.csv", points_views.of_body_csv, name="body_actions_csv"),
    path("bodies/<code:code>/actions/new/", points_views.new, name="body_action_new"),
    path("bodies/<code:code>/meetings/new/", keeping.meeting_new, name="meeting_new"),
    path("meetings/<reference:reference>/", bodies.meeting, name="meeting"),
    path("meetings/<reference:reference>/papers/<int:pk>/", bodies.paper, name="paper"),
    path("meetings/<reference:reference>/keep/", keeping.meeting_keep, name="meeting_keep"),
    path("meetings/<reference:reference>/edit/", keeping.meeting_edit, name="meeting_edit"),
    path("meetings/<reference:reference>/hold/", keeping.meeting_hold, name="meeting_hold"),
    path("meetings/<reference:reference>/cancel/", keeping.meeting_cancel, name="meeting_cancel"),
    path("meetings/<reference:reference>/items/", keeping.item_add, name="item_add"),
    path(
        "meetings/<reference:reference>/items/<int:pk>/remove/",
        keeping.item_remove,
        name="item_remove",
    ),
    path("meetings/<reference:reference>/papers/", keeping.paper_add, name="paper_add"),
    path(
        "meetings/<reference:reference>/papers/<int:pk>/remove/",
        keeping.paper_remove,
        name="paper_remove",
    ),
    path("meetings/<reference:reference>/attendance/", keeping.attendance, name="attendance"),
    path("meetings/<reference:reference>/minutes/", keeping.minutes_write, name="minutes_write"),
    path(
        "meetings/<reference:reference>/minutes/<code:language>/publish/",
        keeping.minutes_publish,
        name="minutes_publish",
    ),
    path("meetings/<reference:reference>/decisions/", keeping.decide, name="decide"),
    path("meetings/<reference:reference>/corrections/", keeping.correct, name="correct"),
    path("meetings/<reference:reference>/actions/", keeping.point_agree, name="point_agree"),
    path("decisions/<reference:reference>/edit/", keeping.decision_edit, name="decision_edit"),
    path(
        "decisions/<reference:reference>/publish/",
        keeping.decision_publish,
        name="decision_publish",
    ),
    path("desk/bodies/new/", keeping.body_new, name="body_new"),
    path("desk/bodies/<code:code>/edit/", keeping.body_edit, name="body_edit"),
    path("desk/bodies/<code:code>/seats/", keeping.seats, name="seats"),
    path("desk/bodies/<code:code>/seats/<int:pk>/end/", keeping.seat_end, name="seat_end"),
    # Action points
    path("workspace/actions/", points_views.mine, name="my_actions"),
    path("workspace/actions.csv", points_views.mine_csv, name="my_actions_csv"),
    path("workspace/actions/new/", points_views.new, name="action_new"),
    path("actions/<reference:reference>/", points_views.point, name="action_point"),
    path("actions/<reference:reference>/edit/", points_views.point_edit, name="action_edit"),
    path("actions/<reference:reference>/done/", points_views.report_done, name="action_done"),
    path("actions/<reference:reference>/verify/", points_views.verify, name="action_verify"),
    path("actions/<reference:reference>/return/", points_views.send_back, name="action_return"),
    path("actions/<reference:reference>/drop/", points_views.drop, name="action_drop"),
    path("desk/lists/", roster.rosters, name="rosters"),
    path("desk/lists/partners-to-fill-in.xlsx", roster.template, name="roster_template"),
    path("desk/lists/all-partners.csv", roster.export_csv, name="roster_csv"),
    path("desk/lists/all-partners.xlsx", roster.export_xlsx, name="roster_xlsx"),
    path("desk/lists/<int:pk>/", roster.report, name="roster_report"),
    path("desk/lists/<int:pk>/report.csv", roster.report_csv, name="roster_report_csv"),
    path("desk/lists/<int:pk>/columns/", roster.columns, name="roster_columns"),
    path("desk/lists/<int:pk>/take-in/", roster.take_in, name="roster_take_in"),
    path("desk/lists/<int:pk>/cancel/", roster.cancel, name="roster_cancel"),
]
