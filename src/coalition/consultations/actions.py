"""The verbs of this room, for other rooms, commands and examples; each topic has its own."""

from coalition.consultations.concluding.actions import (
    decide,
    feed_back,
    publish_responses,
    respond,
    set_conclusion,
    set_dissent,
)
from coalition.consultations.discussing.actions import remark
from coalition.consultations.discussing.actions import sign as sign_remark
from coalition.consultations.discussing.actions import withdraw as withdraw_remark
from coalition.consultations.discussing.moderating import accept as accept_remark
from coalition.consultations.discussing.moderating import refuse as refuse_remark
from coalition.consultations.drawing.actions import draw as draw_panel
from coalition.consultations.drawing.actions import publish_due as publish_pools
from coalition.consultations.drawing.actions import set_panel, volunteer
from coalition.consultations.inviting.actions import (
    follow,
    invite_partners,
    invite_people,
    unfollow,
)
from coalition.consultations.inviting.actions import take_back as take_back_invitation
from coalition.consultations.papers.actions import take_back as take_papers_back
from coalition.consultations.papers.actions import take_in as take_papers_in
from coalition.consultations.papers.answers import PaperAnswer
from coalition.consultations.planning.actions import (
    announce,
    call_off,
    close_early,
    discard,
    draft,
    keep,
    open_early,
    remove_phase,
    reopen,
    set_people,
    set_phase,
    set_priorities,
    set_provisions,
    set_scope,
    word,
)
from coalition.consultations.prioritising.actions import put as put_ballot
from coalition.consultations.prioritising.actions import set_ballot
from coalition.consultations.prioritising.actions import sign as sign_ballot
from coalition.consultations.proposing.actions import propose, withdraw
from coalition.consultations.proposing.actions import sign as sign_statement
from coalition.consultations.proposing.moderating import accept, merge, part, refuse, translate
from coalition.consultations.seeding.actions import Seed, make, reword, take_back
from coalition.consultations.summing.actions import sum_up, sum_up_due
from coalition.consultations.voting.actions import sign as sign_answer
from coalition.consultations.voting.actions import vote

__all__ = [
    "PaperAnswer",
    "Seed",
    "accept",
    "accept_remark",
    "announce",
    "call_off",
    "close_early",
    "decide",
    "discard",
    "draft",
    "draw_panel",
    "feed_back",
    "follow",
    "invite_partners",
    "invite_people",
    "keep",
    "make",
    "merge",
    "open_early",
    "part",
    "propose",
    "publish_pools",
    "publish_responses",
    "put_ballot",
    "refuse",
    "refuse_remark",
    "remark",
    "remove_phase",
    "reopen",
    "respond",
    "reword",
    "set_ballot",
    "set_conclusion",
    "set_dissent",
    "set_panel",
    "set_people",
    "set_phase",
    "set_priorities",
    "set_provisions",
    "set_scope",
    "sign_answer",
    "sign_ballot",
    "sign_remark",
    "sign_statement",
    "sum_up",
    "sum_up_due",
    "take_back",
    "take_back_invitation",
    "take_papers_back",
    "take_papers_in",
    "translate",
    "unfollow",
    "volunteer",
    "vote",
    "withdraw",
    "withdraw_remark",
    "word",
]
