"""What may be shown of a site's counts, read from the database."""
