"""The door by which later rooms use this one."""

from coalition.results.assessments.actions import begin as begin_assessment
from coalition.results.assessments.actions import edit as edit_assessment
from coalition.results.assessments.actions import publish as publish_assessment
from coalition.results.assessments.actions import reply as reply_to_assessment
from coalition.results.assessments.actions import send as send_assessment
from coalition.results.disputes.actions import admit as admit_dispute
from coalition.results.disputes.actions import dispute
from coalition.results.disputes.actions import refuse as refuse_dispute
from coalition.results.disputes.actions import reply as reply_to_dispute
from coalition.results.frameworks.actions import (
    add_indicator,
    add_result,
    begin_again,
    end,
    hand_in,
    open_framework,
    pass_on,
    publish_framework,
)
from coalition.results.frameworks.aims import say_no_baseline, set_baseline, set_target
from coalition.results.frameworks.counting import count_no_more, count_towards
from coalition.results.frameworks.goals import NewGoal, add_goals
from coalition.results.frameworks.overlaps import declare_overlap
from coalition.results.frameworks.shares import lower_share, name_share, pass_on_share
from coalition.results.offline.actions import take_reply
from coalition.results.proof.actions import add_evidence
from coalition.results.proof.actions import check as check_evidence
from coalition.results.reading.exports import passport, with_passport
from coalition.results.reading.queries import indicators_of, standings, summary
from coalition.results.reporting.actions import (
    amend,
    begin,
    publish,
    remark,
    request_change,
    save,
    submit,
)
from coalition.results.schedules.actions import lay_periods, refresh_lights, set_schedule
from coalition.results.totals.actions import deferred as totals_deferred
from coalition.results.totals.queries import totals_of

__all__ = [
    "NewGoal",
    "add_evidence",
    "add_goals",
    "add_indicator",
    "add_result",
    "admit_dispute",
    "amend",
    "begin",
    "begin_again",
    "begin_assessment",
    "check_evidence",
    "count_no_more",
    "count_towards",
    "declare_overlap",
    "dispute",
    "edit_assessment",
    "end",
    "hand_in",
    "indicators_of",
    "lay_periods",
    "lower_share",
    "name_share",
    "open_framework",
    "pass_on",
    "pass_on_share",
    "passport",
    "publish",
    "publish_assessment",
    "publish_framework",
    "refresh_lights",
    "refuse_dispute",
    "remark",
    "reply_to_assessment",
    "reply_to_dispute",
    "request_change",
    "save",
    "say_no_baseline",
    "send_assessment",
    "set_baseline",
    "set_schedule",
    "set_target",
    "standings",
    "submit",
    "summary",
    "take_reply",
    "totals_deferred",
    "totals_of",
    "with_passport",
]
