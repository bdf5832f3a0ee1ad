"""Lists that people keep in spreadsheets, taken in: what all of them have in common.

A list is uploaded, a person confirms what its columns hold, reads row by row what would happen,
and then all of it is done or nothing. A room adds what its rows mean: its fields, its check, and
the verbs that write.
"""
