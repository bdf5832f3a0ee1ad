"""Addresses of this room, most particular first."""

from django.urls import path

from coalition.results.assessments import views as assessments
from coalition.results.disputes import views as disputes
from coalition.results.frameworks import views as frameworks
from coalition.results.offline import views as offline
from coalition.results.proof import views as proof
from coalition.results.reading import views as reading
from coalition.results.reporting import views as reporting
from coalition.results.schedules import views as schedules
from coalition.results.totals import views as totals

app_name = "results"
urlpatterns = [
    path("results/<reference:reference>/reports/<int:pk>/sheet.xlsx", offline.sheet, name="sheet"),
    path("results/<reference:reference>/reports/<int:pk>/upload/", offline.upload, name="upload"),
    path(
        "results/<reference:reference>/reports/<int:pk>/incoming/<int:number>/",
        offline.incoming,
        name="incoming",
    ),
    path(
        "results/<reference:reference>/reports/<int:pk>/incoming/<int:number>/confirm/",
        offline.confirm,
        name="incoming_confirm",
    ),
    path(
        "results/<reference:reference>/reports/<int:pk>/incoming/<int:number>/aside/",
        offline.put_aside,
        name="incoming_aside",
    ),
    path(
        "results/<reference:reference>/reports/<int:pk>/incoming/<int:number>/file/",
        offline.file,
        name="incoming_file",
    ),
    path(
        "results/<reference:reference>/figures/<int:pk>/evidence/",
        proof.of_figure,
        name="evidence_of",
    ),
    path(
        "results/<reference:reference>/figures/<int:pk>/evidence/add/<slug:kind>/",
        proof.add,
        name="evidence_add",
    ),
    path("evidence/", proof.to_check, name="to_check"),
    path("evidence/<int:pk>/", proof.file, name="evidence"),
    path("evidence/<int:pk>/check/", proof.check, name="evidence_check"),
    path("evidence/<int:pk>/strike/", proof.strike, name="evidence_strike"),
    path("desk/evidence/", proof.desk, name="evidence_desk"),
    path(
        "results/<reference:reference>/figures/<int:pk>/dispute/",
        disputes.dispute,
        name="dispute_new",
    ),
    path("disputes/confirm/<str:token>/", disputes.confirm, name="dispute_confirm"),
    path("disputes/<reference:reference>/", disputes.one, name="dispute"),
    path("disputes/<reference:reference>/admit/", disputes.admit, name="dispute_admit"),
    path("disputes/<reference:reference>/refuse/", disputes.refuse, name="dispute_refuse"),
    path("disputes/<reference:reference>/reply/", disputes.reply, name="dispute_reply"),
    path("disputes/<reference:reference>/resolve/", disputes.resolve, name="dispute_resolve"),
    path("desk/disputes/", disputes.desk, name="dispute_desk"),
    path("desk/disputes/download.csv", disputes.desk_csv, name="dispute_desk_csv"),
    path("results/<reference:reference>/setup/", frameworks.setup, name="setup"),
    path(
        "results/<reference:reference>/setup/goals/new/", frameworks.new_result, name="new_result"
    ),
    path(
        "results/<reference:reference>/setup/goals/<int:pk>/",
        frameworks.edit_result,
        name="edit_result",
    ),
    path(
        "results/<reference:reference>/setup/goals/<int:pk>/move/",
        frameworks.move_result,
        name="move_result",
    ),
    path(
        "results/<reference:reference>/setup/goals/<int:pk>/remove/",
        frameworks.remove_result,
        name="remove_result",
    ),
    path(
        "results/<reference:reference>/setup/goals/<int:pk>/indicator/",
        frameworks.new_indicator,
        name="new_indicator",
    ),
    path(
        "results/<reference:reference>/setup/indicators/<int:number>/remove/",
        frameworks.remove_indicator,
        name="remove_indicator",
    ),
    path(
        "results/<reference:reference>/setup/indicators/<int:number>/<slug:step>/",
        frameworks.indicator,
        name="edit_indicator",
    ),
    path(
        "results/<reference:reference>/setup/breakdown/",
        frameworks.new_dimension,
        name="new_dimension",
    ),
    path("results/<reference:reference>/shares/", frameworks.shares_page, name="shares"),
    path(
        "results/<reference:reference>/shares/<int:pk>/take-back/",
        frameworks.take_back_share,
        name="take_back_share",
    ),
    path("results/<reference:reference>/overlaps/", frameworks.overlaps_page, name="overlaps"),
    path(
        "results/<reference:reference>/overlaps/of/<int:pk>/",
        frameworks.declare_overlap,
        name="declare_overlap",
    ),
    path(
        "results/<reference:reference>/overlaps/<int:pk>/take-back/",
        frameworks.take_back_overlap,
        name="take_back_overlap",
    ),
    path("assess/", assessments.desk, name="assess_desk"),
    path("assess/download.csv", assessments.desk_csv, name="assess_desk_csv"),
    path("assess/<reference:reference>/", assessments.edit, name="assessment_edit"),
    path("results/<reference:reference>/assess/", assessments.begin, name="assess"),
    path("assessments/<reference:reference>/", assessments.assessment, name="assessment"),
    path("assessments/<reference:reference>/reply/", assessments.reply, name="assessment_reply"),
    path("assessments/<reference:reference>/send/", assessments.send, name="assessment_send"),
    path(
        "assessments/<reference:reference>/publish/",
        assessments.publish,
        name="assessment_publish",
    ),
    path(
        "assessments/<reference:reference>/discard/",
        assessments.discard,
        name="assessment_discard",
    ),
    path("results/<reference:reference>/schedule/", schedules.schedule, name="schedule"),
    path("results/<reference:reference>/period/<int:pk>/report/", reporting.begin, name="begin"),
    path("results/<reference:reference>/reports/", reporting.reports, name="reports"),
    path("results/<reference:reference>/reports/<int:pk>/", reporting.report, name="report"),
    path(
        "results/<reference:reference>/reports/<int:pk>/edit/", reporting.edit, name="report_edit"
    ),
    path(
        "results/<reference:reference>/reports/<int:pk>/submit/",
        reporting.submit,
        name="report_submit",
    ),
    path(
        "results/<reference:reference>/reports/<int:pk>/amend/",
        reporting.amend,
        name="report_amend",
    ),
    path(
        "results/<reference:reference>/reports/<int:pk>/discard/",
        reporting.discard,
        name="report_discard",
    ),
    path(
        "results/<reference:reference>/reports/<int:pk>/remarks/<int:remark>/answer/",
        reporting.answer,
        name="remark_answer",
    ),
    path("desk/reports/", reporting.desk, name="report_desk"),
    path("desk/reports/download.csv", reporting.desk_csv, name="report_desk_csv"),
    path("desk/reports/<int:pk>/", reporting.review, name="report_review"),
    path("desk/reports/<int:pk>/publish/", reporting.publish, name="report_publish"),
    path(
        "desk/reports/<int:pk>/request-change/",
        reporting.request_change,
        name="report_request_change",
    ),
    path("desk/reports/<int:pk>/remark/", reporting.remark, name="report_remark"),
    path(
        "desk/reports/<int:pk>/remarks/<int:remark>/settle/",
        reporting.settle,
        name="remark_settle",
    ),
    path("desk/rates/", totals.rates, name="rates"),
    path("desk/rates/download.csv", totals.rates_csv, name="rates_csv"),
    path("results/", reading.explorer, name="explorer"),
    path("results/download.<slug:kind>", reading.download, name="download"),
    path("results/<reference:reference>/", reading.framework, name="framework"),
    path(
        "results/<reference:reference>/download.<slug:kind>",
        reading.framework_file,
        name="framework_file",
    ),
    path(
        "results/<reference:reference>/indicators/<int:number>/",
        reading.indicator,
        name="indicator",
    ),
    path("results/<reference:reference>/figures/<int:pk>/", reading.passport, name="passport"),
    path(
        "results/<reference:reference>/figures/<int:pk>.json",
        reading.passport_file,
        name="passport_file",
    ),
]
