"""What officers do in due diligence; every verb is a transaction of its own."""

from coalition.partners.vetting.flagging import (
    carry_flags,
    confirm_red,
    escalate,
    lower,
    partner_leaves,
    raise_flag,
    raise_risk,
    resolve,
)
from coalition.partners.vetting.renewing import remind_of_renewals
from coalition.partners.vetting.reviewing import (
    admit,
    answer,
    begin,
    confirm,
    declare_conflict,
    propose,
    reject,
    renew,
    review_again,
    word_register,
)

__all__ = [
    "admit",
    "answer",
    "begin",
    "carry_flags",
    "confirm",
    "confirm_red",
    "declare_conflict",
    "escalate",
    "lower",
    "partner_leaves",
    "propose",
    "raise_flag",
    "raise_risk",
    "reject",
    "remind_of_renewals",
    "renew",
    "resolve",
    "review_again",
    "word_register",
]
