"""Which versions of IATI are read.

2.02 and 2.03 took nothing away and renamed nothing: they added elements and attributes, let some
stand more often, and asked for less (`significance` of a policy marker from 2.02, `value` of
baselines, targets and figures from 2.03 may be missing). So what is valid by the schemas of 2.01 or
2.02 is valid by 2.03, and says the same there; with one exception: in documents of organisations,
elements of other namespaces stood behind `recipient-country`, and belong in front of it by 2.03
(they are read all the same). What a missing vocabulary stands for has to be known: `aid-type` has
one from 2.03 on, and means the same list without it as before.

Files of version 1 are of another form (texts without narratives, other names, other codes), and are
refused.
"""

from __future__ import annotations

READ = ("2.01", "2.02", "2.03")
NEWEST = READ[-1]

# What a code without a vocabulary is a code of, by its element: in all of `READ`.
IMPLIED = {
    "recipient-region": "1",  # regions of the OECD DAC
    "sector": "1",  # purposes of the OECD DAC, five digits
    "policy-marker": "1",  # markers of the OECD DAC
    "aid-type": "1",  # types of aid of the OECD DAC
    "default-aid-type": "1",
}


def refused(version: str) -> bool:
    """Whether a file of this version is not read: of version 1, or of one that is not known."""
    return version.strip() not in READ
