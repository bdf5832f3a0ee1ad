"""A panel drawn by lot, so that quotas hold and chances are as equal as they can be."""
