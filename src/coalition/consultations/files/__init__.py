"""Readers of the files that consultations travel in: each takes a path and gives the plain values
of `analysis`, or refuses with a sentence that says which line is wrong and how to mend it."""
