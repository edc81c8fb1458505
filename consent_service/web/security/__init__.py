"""Who may ask for a page, and the headers of what is answered."""
