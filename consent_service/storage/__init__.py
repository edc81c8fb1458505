"""The database: settings, notices, released and closed counts, the owner's side. Nothing about any visitor."""
