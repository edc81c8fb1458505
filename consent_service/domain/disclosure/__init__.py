"""What may be written and published: release, the cover, publication, marks, and how a number is shown."""
