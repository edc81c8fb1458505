"""A site's closed data as one archive: written, checked and read back."""
