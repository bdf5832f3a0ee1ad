"""The computations of a consultation beside their peers: speed, and how well they do on real data.

Each module here has `rows()`, the table of speed, and `tables()`, Markdown on real data.
"""
