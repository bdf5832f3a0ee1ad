"""The open platform on which a multi-stakeholder coalition does its work in public."""

__version__ = "0.1.0"
